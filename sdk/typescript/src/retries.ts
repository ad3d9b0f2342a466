// When a request is sent again, and how long to wait before that.

/**
 * Up to `attempts` tries, `first` milliseconds apart and then twice as long each time, at most `longest`.
 *
 * The waits have full jitter, so that many clients do not come back at the same moment. `Retry-After` comes on top;
 * where it is longer than `longest`, there is no further attempt. An attempt takes at most `timeout` milliseconds.
 */
export interface Retry {
  attempts: number;
  first: number;
  longest: number;
  timeout: number;
}

export const defaultRetry: Retry = { attempts: 5, first: 200, longest: 20_000, timeout: 30_000 };

type Outcome = { response: Response } | { failure: unknown };
type Fetch = (request: Request) => Promise<Response>;

/** A fetch that sends until there is an answer to keep. */
export function retrying(fetch: Fetch, retry: Retry): Fetch {
  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      const outcome = await once(fetch, request, retry.timeout);
      const wait = waitAfter(attempt, request, outcome, retry);
      if (wait === undefined) {
        if ("failure" in outcome) throw outcome.failure;
        return outcome.response;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };
}

async function once(fetch: Fetch, request: Request, timeout: number): Promise<Outcome> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeout)]);
  try {
    // A clone: the body of a request can be read only once.
    return { response: await fetch(new Request(request.clone(), { signal })) };
  } catch (failure) {
    return { failure };
  }
}

/** Milliseconds to wait after this attempt (the first is 1), or undefined to leave it at this outcome. */
function waitAfter(attempt: number, request: Request, outcome: Outcome, retry: Retry): number | undefined {
  if (attempt >= retry.attempts || request.signal.aborted || !mayBeRepeated(request, outcome)) return undefined;
  const asked = "response" in outcome ? retryAfter(outcome.response) : 0;
  if (asked > retry.longest) return undefined;
  return asked + Math.random() * Math.min(retry.longest, retry.first * 2 ** (attempt - 1));
}

/** Whether sending it again can neither do something twice nor turn a success into an error. */
function mayBeRepeated(request: Request, outcome: Outcome): boolean {
  const keyed = request.headers.has("Idempotency-Key");
  if ("failure" in outcome) return keyed || ["GET", "HEAD", "OPTIONS"].includes(request.method);
  switch (outcome.response.status) {
    case 429:
      return true;
    case 503:
      return keyed || !["POST", "PATCH"].includes(request.method);
    case 409: // with Retry-After: this key's first request is still running
      return keyed && outcome.response.headers.has("Retry-After");
    default:
      return false;
  }
}

/** Milliseconds from a Retry-After header (RFC 9110, section 10.2.3), 0 where there is none. */
function retryAfter(response: Response): number {
  const header = response.headers.get("Retry-After") ?? "";
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const time = Date.parse(header);
  return Number.isNaN(time) ? 0 : Math.max(0, time - Date.now());
}
