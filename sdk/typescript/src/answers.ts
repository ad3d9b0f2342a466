// From an answer to what it holds, with the ETag it came with.

import { ProblemError } from "./problems.js";

interface Answer {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** What a successful answer holds: nothing for a 204. */
export type Value<A extends Answer> = [Exclude<A["data"], undefined>] extends [never]
  ? void
  : Exclude<A["data"], undefined>;

const etags = new WeakMap<object, string>();

/** What this call answers if it succeeds. Throws ProblemError if it does not. */
export async function ok<A extends Answer>(call: Promise<A>): Promise<Value<A>> {
  const { data, error, response } = await call;
  if (!response.ok) throw new ProblemError(response, error);
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
