// From an answer to what it holds, with the ETag it came with.

import { fromJson } from "./decimals.js";
import { ProblemError } from "./problems.js";

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

/** What this call answers if it succeeds: undefined for a 304. Throws ProblemError if it does not. */
export async function ok<A extends Answer>(call: Promise<A>): Promise<Value<A>> {
  const { data, error, response } = await call;
  if (!response.ok && response.status !== 304) throw new ProblemError(response, error);
  const tag = response.headers.get("ETag");
  if (tag !== null && typeof data === "object" && data !== null) etags.set(data, tag);
  return data as Value<A>;
}

/**
 * The ETag that `read` came with: send it as `If-Match`, and nobody's change in between is lost.
 * Throws a TypeError for what has none: items of a list, and objects that did not come from `ok`.
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
