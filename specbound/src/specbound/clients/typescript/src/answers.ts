// From an answer to what it holds, with the ETag it came with.

import { fromJson } from "./decimals.js";
import { ProblemError, requestIdOf } from "./errors.js";

const etags = new WeakMap<object, string>();
const requestIds = new WeakMap<object, string>();

/** Keeps the ETag and the request id of an answer for as long as what was read from it lives. */
export function remember(read: unknown, response: Response): void {
  keep(read, response.headers.get("ETag"), response);
}

/** Keeps the ETag of each item of a list, which is its version. */
export function rememberItems(items: unknown, response: Response): void {
  if (!Array.isArray(items)) return;
  for (const each of items as { version?: unknown }[]) keep(each, `"${String(each.version)}"`, response);
}

function keep(read: unknown, tag: string | null, response: Response): void {
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

/** What a success holds, by its media type where the contract promises other ones than JSON. Its body can be read again. */
export async function read(response: Response, onlyJson: boolean): Promise<unknown> {
  const media = response.headers.get("Content-Type") ?? "of no type";
  const answer = response.clone();
  if (!onlyJson && /^text\//i.test(media)) return answer.text();
  if (!onlyJson && !/[/+]json\b/i.test(media)) return answer.blob();
  const text = await answer.text();
  if (text === "") return undefined;
  try {
    return fromJson(text);
  } catch {
    throw new ProblemError(response, { detail: `The answer is not JSON, but ${media}. Does baseUrl lead to this API?` });
  }
}
