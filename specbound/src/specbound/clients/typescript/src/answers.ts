// From an answer to what it holds, with the ETag it came with.

import { fromJson } from "./decimals.js";
import { ProblemError, problem, requestIdOf } from "./errors.js";
import { problemTypes } from "./problems.js";

interface Answer {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** The answer to a request with `If-None-Match` that what the caller has is still right (304). */
export interface NotModified {
  data?: undefined;
  error?: undefined;
  response: Response;
  notModified: true;
}

type Data<A extends Answer> = [Exclude<A["data"], undefined>] extends [never] ? void : Exclude<A["data"], undefined>;

/** What a successful answer holds: nothing for a 204, and undefined for a 304. */
export type Value<A extends Answer> =
  | Data<Exclude<A, NotModified>>
  | ([Extract<A, NotModified>] extends [never] ? never : undefined);

const etags = new WeakMap<object, string>();
const requestIds = new WeakMap<object, string>();

/** What this call answers if it succeeds: undefined for a 304. Throws ProblemError if it does not. */
export async function ok<A extends Answer>(call: Promise<A>): Promise<Value<A>> {
  const { data, error, response } = await call;
  if (!response.ok && response.status !== 304) throw problem(response, error, problemTypes);
  const tag = response.headers.get("ETag");
  remember(data, tag, response);
  return data as Value<A>;
}

/** Keeps the ETag of each item of a list, which is its version. */
export function rememberItems(items: unknown, response: Response): void {
  if (!Array.isArray(items)) return;
  for (const each of items as { version?: unknown }[]) remember(each, `"${String(each.version)}"`, response);
}

function remember(read: unknown, tag: string | null, response: Response): void {
  if (typeof read !== "object" || read === null) return;
  const id = requestIdOf(response.headers);
  if (tag !== null) etags.set(read, tag);
  if (id !== undefined) requestIds.set(read, id);
}

/** What the API's own log knows the request by that `read` came with; undefined if nothing says. */
export function requestId(read: object): string | undefined {
  return requestIds.get(read);
}

/**
 * The ETag that `read` came with: send it as `If-Match`, and nobody's change in between is lost.
 * Throws a TypeError for what has none: what was not read, or is no resource.
 */
export function etag(read: object): string {
  const tag = etags.get(read);
  if (tag === undefined) throw new TypeError("This object has no ETag: get it by its id first.");
  return tag;
}

/** What a success holds, by its media type where the contract promises other ones than JSON. */
export async function read(response: Response, onlyJson: boolean): Promise<unknown> {
  const media = response.headers.get("Content-Type") ?? "of no type";
  if (!onlyJson && /^text\//i.test(media)) return response.text();
  if (!onlyJson && !/[/+]json\b/i.test(media)) return response.blob();
  const text = await response.text();
  if (text === "") return undefined;
  try {
    return fromJson(text);
  } catch {
    throw new ProblemError(response, { detail: `The answer is not JSON, but ${media}. Does baseUrl lead to this API?` });
  }
}
