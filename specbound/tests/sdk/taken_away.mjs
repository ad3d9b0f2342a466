// `node --import ./taken_away.mjs …`, and on pages before anything else: what is missing on platforms that are older, or
// on pages that came over plain HTTP. (What Node itself needs of the language stays; the oldest Node lacks it anyway.)

const YOUNGER = {
  AbortSignal: ["any", "timeout"],
  "AbortSignal.prototype": ["throwIfAborted"],
  "Crypto.prototype": ["randomUUID", "subtle"],
  Promise: ["withResolvers", "try"],
  Array: ["fromAsync"],
  Object: ["groupBy"],
  "Set.prototype": ["union", "intersection", "difference", "isSubsetOf"],
  JSON: ["rawJSON", "isRawJSON"],
  URL: ["canParse", "parse"],
  Response: ["json"],
  "Response.prototype": ["bytes"],
  "Request.prototype": ["bytes"],
  "Headers.prototype": ["getSetCookie"],
  ReadableStream: ["from"],
  Uint8Array: ["fromBase64", "fromHex"],
  globalThis: ["structuredClone", "scheduler", "navigator"],
};

for (const [holder, names] of Object.entries(YOUNGER)) {
  const object = holder.split(".").reduce((found, name) => (name === "globalThis" ? found : found?.[name]), globalThis);
  for (const name of names) delete object?.[name];
}
