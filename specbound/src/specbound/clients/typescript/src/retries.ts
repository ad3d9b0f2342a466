// When a request is sent again, and how long to wait before that.

import { DeadlineError, NoAnswerError, requestIdOf } from "./errors.js";
import { limited, sleep, unlessAborted } from "./signals.js";
import { authorization, type Token } from "./tokens.js";
import type { Attempt, Budget, Middleware } from "./watching.js";

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

/** What all calls of a client have in common. */
export interface Ways {
  token: Token | undefined;
  middleware: readonly Middleware[];
  watch: ((attempt: Attempt) => void) | undefined;
  budget: Budget;
}

/**
 * A fetch that sends until there is an answer to keep, which is all there then: nothing of it can be lost any more. Of a
 * success that is streamed only the beginning is.
 */
export function retrying(fetch: Fetch, retry: Retry, ways: Ways, isStreamed: boolean): Fetch {
  return async (request) => {
    const end = Date.now() + retry.deadline;
    const call = limited(request.signal, retry.deadline);
    let over = call.end;
    try {
      const attempt = await attempts(fetch, request, retry.timeout, ways, isStreamed);
      for (let number = 1; ; number++) {
        const start = Date.now();
        const outcome = await attempt(call.signal);
        const wait = allowed(ways.budget, waitAfter(number, request, outcome, retry), end);
        ways.watch?.({ ...told(request, number, outcome), milliseconds: Date.now() - start, wait });
        if (isStreamed && hasBegun(outcome)) over = call.begun;
        if (wait === undefined) return kept(outcome);
        await sleep(call.signal, wait);
      }
    } catch (error) {
      // Who aborts a call is told the reason that they gave.
      if (error !== call.signal.reason || request.signal.aborted || error instanceof NoAnswerError) throw error;
      throw new DeadlineError((error as Error).message, { cause: error });
    } finally {
      over();
    }
  };
}

function hasBegun(outcome: Outcome): boolean {
  return "response" in outcome && outcome.response.ok;
}

function allowed(budget: Budget, wait: number | undefined, end: number): number | undefined {
  const inTime = wait !== undefined && Date.now() + wait < end;
  if (!inTime) budget.earn();
  return inTime && budget.take() ? wait : undefined;
}

function told(request: Request, number: number, outcome: Outcome) {
  const response = "response" in outcome ? outcome.response : undefined;
  const failure = "failure" in outcome ? outcome.failure : undefined;
  return {
    method: request.method,
    url: request.url,
    number,
    status: response?.status,
    requestId: response && requestIdOf(response.headers),
    error: failure instanceof Error ? failure.name : undefined,
  };
}

/** A function that makes one attempt each time. A body can be read only once, so it is read here. */
async function attempts(fetch: Fetch, request: Request, timeout: number, { token, middleware }: Ways, isStreamed: boolean) {
  const body = SAFE.includes(request.method) ? undefined : await request.arrayBuffer();
  const send = async (signal: AbortSignal, value: string | undefined): Promise<Outcome> => {
    const signed: Fetch = (asked) => {
      if (value === undefined) return fetch(asked);
      const headers = new Headers(asked.headers);
      headers.set("Authorization", value);
      return fetch(new Request(asked, { headers }));
    };
    const around = middleware.reduceRight<Fetch>((inner, outer) => (asked) => outer(asked, inner), signed);
    // An empty body is one, too: the request's own is used up.
    const init: RequestInit = request.bodyUsed && body !== undefined ? { signal, body } : { signal };
    const response = await around(new Request(request, init));
    return isStreamed && response.ok ? { response } : complete(response);
  };
  // A header of the caller's own goes before.
  const own = request.headers.has("Authorization") ? undefined : token;
  return async (outer: AbortSignal): Promise<Outcome> => {
    const { signal, end, begun } = limited(outer, timeout);
    let over = end;
    const ended = (outcome: Outcome) => {
      if (isStreamed && hasBegun(outcome)) over = begun;
      return outcome;
    };
    try {
      const value = await unlessAborted(signal, authorization(own));
      const outcome = await once(outer, signal, send(signal, value));
      if (typeof own !== "function" || !("response" in outcome) || outcome.response.status !== 401) return ended(outcome);
      const renewed = await unlessAborted(signal, authorization(own, value?.replace("Bearer ", "")));
      return renewed === value ? outcome : ended(await once(outer, signal, send(signal, renewed)));
    } finally {
      over();
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
  if ("response" in outcome) return outcome.response;
  const { failure } = outcome;
  const late = failure instanceof Error && failure.name === "TimeoutError";
  const said = failure instanceof Error ? failure.message : String(failure);
  if (late) throw new DeadlineError(said, { cause: failure });
  throw new NoAnswerError(`There was no answer (${said}).`, { cause: failure });
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
