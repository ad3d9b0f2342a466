// How long something may take, and how it is ended before that. `AbortSignal.any` and `AbortSignal.timeout` are younger
// than the oldest platforms that this runs on.

// A longer timer would go off at once.
const LONGEST = 2 ** 31 - 1;

/** `signal` is aborted with `outer`, or after so many milliseconds (Infinity: never). Call `end` when it is over. */
export function limited(outer: AbortSignal, milliseconds: number): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const follow = () => controller.abort(outer.reason);
  const expire = () => controller.abort(new DOMException(`There was no answer within ${milliseconds} ms.`, "TimeoutError"));
  const timer = milliseconds > LONGEST ? undefined : setTimeout(expire, milliseconds);
  outer.addEventListener("abort", follow);
  if (outer.aborted) follow();
  return {
    signal: controller.signal,
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
