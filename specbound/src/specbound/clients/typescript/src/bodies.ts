// What is sent: JSON, or what the contract has in place of it.

import { toJson } from "./decimals.js";

/** What may be sent where the contract has no JSON, but a form, a file or text. */
export type Raw = Blob | ArrayBuffer | Uint8Array | FormData | URLSearchParams | string;

/** A body as it is sent, and its media type; undefined where what sends it knows that. */
export function written(body: unknown, media: string | undefined): { body: BodyInit; media: string | undefined } {
  if (body instanceof FormData || body instanceof URLSearchParams) return { body, media: undefined };
  if (media === undefined) return { body: toJson(body), media: "application/json" };
  if (isRaw(body)) {
    const own = body instanceof Blob && body.type !== "" ? body.type : "application/octet-stream";
    return { body: body as BodyInit, media: media.includes("*") ? own : media };
  }
  if (/^multipart\//i.test(media)) return { body: form(body), media: undefined };
  if (/^application\/x-www-form-urlencoded/i.test(media)) return { body: fields(body), media: undefined };
  return { body: toJson(body), media: "application/json" };
}

function isRaw(body: unknown): boolean {
  return typeof body === "string" || body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body);
}

function entries(body: unknown): [string, unknown][] {
  const members = Object.entries(body as object).filter(([, value]) => value !== undefined && value !== null);
  return members.flatMap(([name, value]) => (Array.isArray(value) ? value.map((each) => [name, each] as [string, unknown]) : [[name, value]]));
}

function text(value: unknown): string {
  return typeof value === "object" && !(value as { text?: unknown }).text ? toJson(value) : String(value);
}

function form(body: unknown): FormData {
  const made = new FormData();
  for (const [name, value] of entries(body)) made.append(name, value instanceof Blob ? value : text(value));
  return made;
}

function fields(body: unknown): URLSearchParams {
  return new URLSearchParams(entries(body).map(([name, value]) => [name, text(value)]));
}
