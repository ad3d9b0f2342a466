// Numbers that keep every digit on their way into JSON and out of it.

import { randomKey } from "./keys.js";

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
// Up to 15 digits, any number is a double's own text. What is longer, or has a large exponent, is looked at closely.
const PERHAPS_INEXACT = /[\d.]{16}|\d[eE][+-]?\d{3}/;
const TOKENS = /\\.|"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** A number that is sent as it is written. `text` has all its digits; a string is what it turns into elsewhere. */
export class Decimal {
  readonly text: string;
  // No other object with a text is one.
  readonly #exact = true;

  constructor(text: string) {
    if (!NUMBER.test(text)) throw new TypeError(`${JSON.stringify(text)} is no number as JSON writes it, like "19.99".`);
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }

  static is(value: unknown): value is Decimal {
    return typeof value === "object" && value !== null && #exact in value;
  }
}

/** `decimal("19.99")` can stand wherever a body has a number, and is sent exactly so. */
export function decimal(text: string | number | bigint): Decimal {
  return new Decimal(String(text));
}

/** What may be sent for a body of this type: each number as a bigint or a Decimal as well. */
export type Exactly<T> = T extends number
  ? T | bigint | Decimal
  : T extends object
    ? { [K in keyof T]: Exactly<T[K]> }
    : T;

/** The value as JSON. Throws a TypeError for a number that JSON has not, or that was rounded before it came here. */
export function toJson(value: unknown): string {
  const mark = randomKey();
  const numbers: string[] = [];
  const text = JSON.stringify(value, function (this: Record<string, unknown>, name, converted: unknown) {
    // A Decimal is a string by now, and comes as one from a toJSON of somebody else's.
    const exact = [this[name], converted].find((each) => typeof each === "bigint" || Decimal.is(each));
    if (exact !== undefined) return `${mark}${numbers.push(String(exact)) - 1}`;
    if (typeof converted === "number") check(converted);
    return converted;
  });
  if (numbers.length === 0) return text;
  return text.replace(new RegExp(`"${mark}(\\d+)"`, "g"), (_, place: string) => numbers[Number(place)] ?? "");
}

function check(number: number): void {
  if (!Number.isFinite(number)) throw new TypeError(`${number} is no number that can be sent: JSON has finite ones only.`);
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) {
    throw new TypeError(`${number} is too large for a number to be exact: send a bigint, or decimal("…").`);
  }
}

/** What the JSON holds. A number that a double would round is a bigint, or a Decimal if it has a fraction. */
export function fromJson(text: string): unknown {
  if (!PERHAPS_INEXACT.test(text)) return JSON.parse(text);
  const mark = randomKey();
  let inString = false;
  const marked = text.replace(TOKENS, (token) => {
    if (token === '"') inString = !inString;
    return inString || token === '"' || isExact(token) ? token : `"${mark}${token}"`;
  });
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === "string" && value.startsWith(mark) ? unrounded(value.slice(mark.length)) : value,
  );
}

function isExact(token: string): boolean {
  const number = Number(token);
  return Number.isInteger(number) && /^-?\d+$/.test(token)
    ? Number.isSafeInteger(number)
    : digits(token) === digits(String(number));
}

/** The same text for every way to write one number. */
function digits(token: string): string {
  const [, sign, whole = "", fraction = "", power = "0"] = /^(-?)(\d+)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(token) ?? [];
  const significant = `${whole}${fraction}`.replace(/^0+/, "");
  const kept = significant.replace(/0+$/, "");
  return kept === "" ? "0" : `${sign}${kept}e${Number(power) - fraction.length + significant.length - kept.length}`;
}

function unrounded(token: string): bigint | Decimal {
  return /^-?\d+$/.test(token) ? BigInt(token) : new Decimal(token);
}
