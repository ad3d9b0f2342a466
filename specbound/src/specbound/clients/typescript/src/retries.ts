// When a request is sent again, and how long to wait before that.

import { limited, sleep, unlessAborted } from "./signals.js";
import { authorization, type Token } from "./tokens.js";

/**
 * Up to `attempts` tries, `first` milliseconds apart and then twice as long each time, at most `longest`.
 *
 * The waits have full jitter, so that many clients do not come back at the same moment. `Retry-After` comes on top;
 * where it is longer than `longest`, there is no further attempt. An attempt takes at most `timeout` milliseconds, and
 * all attempts and waits together at most `deadline`. Infinity is as good a time as any.
 */
export interface Retry {
  attempts: number;
  first: number;
  longest: number;
  timeout: number;
  deadline: number;
}

export const defaultRetry: Retry = { attempts: 5, first: 200, longest: 20_000, timeout: 30_000, deadline: 120_000 };

/** The policy of a call: its own settings before the client's, and undefined for what is left as it was. */
export function settled(...given: (Partial<Retry> | null | undefined)[]): Retry {
  const settings = given.flatMap((each) => Object.entries(each ?? {})).filter(([, value]) => value !== undefined);
  return { ...defaultRetry, ...Object.fromEntries(settings) };
}

export type Fetch = (request: Request) => Promise<Response>;
type Outcome = { response: Response; type?: unknown } | { failure: unknown };

const SAFE = ["GET", "HEAD", "OPTIONS"];
const NO_BODY = [204, 205, 304];
// The API can't tell whether it has done a write that came without a key.
const OUTCOME_UNKNOWN = "urn:problem-type:outcome-unknown";

/** A fetch that sends until there is an answer to keep, which is all there then: nothing of it can be lost any more. */
export function retrying(fetch: Fetch, retry: Retry, token: Token | undefined): Fetch {
  return async (request) => {
    const end = Date.now() + retry.deadline;
    const call = limited(request.signal, retry.deadline);
    try {
      const attempt = await attempts(fetch, request, retry.timeout, token);
      for (let number = 1; ; number++) {
        const outcome = await attempt(call.signal);
        const wait = waitAfter(number, request, outcome, retry);
        if (wait === undefined || Date.now() + wait >= end) return kept(outcome);
        await sleep(call.signal, wait);
      }
    } finally {
      call.end();
    }
  };
}

/** A function that makes one attempt each time. A body can be read only once, so it is read here. */
async function attempts(fetch: Fetch, request: Request, timeout: number, token: Token | undefined) {
  const body = SAFE.includes(request.method) ? undefined : await request.arrayBuffer();
  const send = async (signal: AbortSignal, value: string | undefined): Promise<Outcome> => {
    const headers = new Headers(request.headers);
    if (value !== undefined) headers.set("Authorization", value);
    const init: RequestInit = body?.byteLength ? { headers, signal, body } : { headers, signal };
    return complete(await fetch(new Request(request, init)));
  };
  // A header of the caller's own goes before.
  const own = request.headers.has("Authorization") ? undefined : token;
  return async (outer: AbortSignal): Promise<Outcome> => {
    const { signal, end } = limited(outer, timeout);
    try {
      const value = await unlessAborted(signal, authorization(own));
      const outcome = await once(outer, signal, send(signal, value));
      if (typeof own !== "function" || !("response" in outcome) || outcome.response.status !== 401) return outcome;
      const renewed = await unlessAborted(signal, authorization(own));
      return renewed === value ? outcome : await once(outer, signal, send(signal, renewed));
    } finally {
      end();
    }
  };
}

/** What the attempt ended with. Throws if it was not the attempt that ended, but the call. */
async function once(call: AbortSignal, signal: AbortSignal, attempt: Promise<Outcome>): Promise<Outcome> {
  try {
    return await unlessAborted(signal, attempt);
  } catch (failure) {
    if (call.aborted) throw call.reason;
    return { failure };
  }
}

/** The answer with its whole body, which may be lost on its way as well. */
async function complete(response: Response): Promise<Outcome> {
  const body = await response.arrayBuffer();
  if (response.status < 200) return { response };
  const { status, statusText, headers } = response;
  const copy = new Response(NO_BODY.includes(status) ? null : body, { status, statusText, headers });
  Object.defineProperty(copy, "url", { value: response.url });
  return status === 503 ? { response: copy, type: problemType(body) } : { response: copy };
}

function problemType(body: ArrayBuffer): unknown {
  try {
    return (JSON.parse(new TextDecoder().decode(body)) as { type?: unknown } | null)?.type;
  } catch {
    return undefined;
  }
}

function kept(outcome: Outcome): Response {
  if ("failure" in outcome) throw outcome.failure;
  return outcome.response;
}

/** Milliseconds to wait after this attempt (the first is 1), or undefined to leave it at this outcome. */
function waitAfter(attempt: number, request: Request, outcome: Outcome, retry: Retry): number | undefined {
  if (attempt >= retry.attempts || !mayBeRepeated(request, outcome)) return undefined;
  const asked = "response" in outcome ? retryAfter(outcome.response) : 0;
  if (asked > retry.longest) return undefined;
  return asked + Math.random() * Math.min(retry.longest, retry.first * 2 ** (attempt - 1));
}

/** Whether sending it again can neither do something twice nor turn a success into an error. */
function mayBeRepeated(request: Request, outcome: Outcome): boolean {
  const keyed = request.headers.has("Idempotency-Key");
  const safe = keyed || SAFE.includes(request.method);
  if ("failure" in outcome) return safe;
  switch (outcome.response.status) {
    case 429:
      return true;
    case 503:
      return safe || (outcome.type !== OUTCOME_UNKNOWN && !["POST", "PATCH"].includes(request.method));
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
