// The token of a request: asked for with each attempt, and shown in no error.

/** A token, or a function that gives one; undefined for none. It is told which one the API has refused, if it has. */
export type Token = string | ((refused?: string) => string | undefined | Promise<string | undefined>);

/** The value of an Authorization header. Throws a TypeError, which does not show it, for what no header carries. */
export async function authorization(token: Token | undefined, refused?: string): Promise<string | undefined> {
  const current = typeof token === "function" ? await token(refused) : token;
  if (!current) return undefined;
  if (typeof current !== "string") throw new TypeError("The token is to be a string, or a function that gives one.");
  // RFC 9110, section 5.5: visible ASCII, spaces only within.
  if (!/^[!-~]([ -~]*[!-~])?$/.test(current)) {
    throw new TypeError("The token has characters that no header can carry (a line break at its end, perhaps).");
  }
  return `Bearer ${current}`;
}
