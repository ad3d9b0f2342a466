// How long something may take, and how it is ended before that. `AbortSignal.any` and `AbortSignal.timeout` are younger
// than the oldest platforms that this runs on.

// A longer timer would go off at once.
const LONGEST = 2 ** 31 - 1;

/** A signal that is aborted with another, or after a time. */
export interface Limited {
  signal: AbortSignal;
  /** To be called when what it is for is over. */
  end: () => void;
  /** From then on it takes as long as it does, and only the other aborts it. */
  begun: () => void;
}

/** `signal` is aborted with `outer`, or after so many milliseconds (Infinity: never). */
export function limited(outer: AbortSignal, milliseconds: number): Limited {
  const controller = new AbortController();
  const follow = () => controller.abort(outer.reason);
  const expire = () => controller.abort(new DOMException(`There was no answer within ${milliseconds} ms.`, "TimeoutError"));
  const timer = milliseconds > LONGEST ? undefined : setTimeout(expire, milliseconds);
  outer.addEventListener("abort", follow);
  if (outer.aborted) follow();
  return {
    signal: controller.signal,
    begun: () => clearTimeout(timer),
    end: () => {
      clearTimeout(timer);
      outer.removeEventListener("abort", follow);
    },
  };
}

/** What the promise gives, unless the signal is aborted first: then this throws its reason. */
export function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** Waits, unless the signal is aborted first: then this throws its reason. */
export function sleep(signal: AbortSignal, milliseconds: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return unlessAborted(signal, wait).finally(() => clearTimeout(timer));
}
