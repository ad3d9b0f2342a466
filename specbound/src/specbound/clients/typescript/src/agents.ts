// What sends a request, as its headers say.

import { CONTRACT } from "./about.js";

/** A User-Agent with name and version. Browsers have their own, which a page may not change. */
export function agent(): Record<string, string> {
  const { process, document } = globalThis as { process?: { version?: string }; document?: unknown };
  if (document !== undefined || process?.version === undefined) return {};
  return { "User-Agent": `${CONTRACT.package}/${CONTRACT.version} Node/${process.version.replace("v", "")}` };
}
