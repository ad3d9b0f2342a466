// OAuth 2.0 client credentials (RFC 6749, section 4.4): a token is fetched, kept, and renewed before it ends.

import { NoAnswerError, problem } from "./errors.js";
import type { Token } from "./tokens.js";

// A token that ends on its way is refused: it is renewed so long before.
const EARLY = 60_000;
// What an issuer may leave out (RFC 6749, section 5.1).
const USUAL_SECONDS = 300;

export interface ClientCredentials {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scopes?: readonly string[];
  fetch?: (request: Request) => Promise<Response>;
}

/**
 * A token for a program, fetched with the first request and renewed a minute before it ends, and at once when the API
 * refuses it. Not for browsers: whoever sees the page sees the secret.
 */
export function clientCredentials({ fetch = globalThis.fetch, ...given }: ClientCredentials): Token {
  let current: { token: string; renewAt: number } | undefined;
  let asked: Promise<string> | undefined;
  const renew = async () => {
    const issued = await fetched(fetch, given);
    current = issued;
    return issued.token;
  };
  return (refused) => {
    if (current && Date.now() < current.renewAt && current.token !== refused) return current.token;
    asked ??= renew().finally(() => {
      asked = undefined;
    });
    return asked;
  };
}

async function fetched(fetch: (request: Request) => Promise<Response>, given: Omit<ClientCredentials, "fetch">) {
  const scope = (given.scopes ?? []).filter(Boolean).join(" ");
  const body = new URLSearchParams({ grant_type: "client_credentials", ...(scope ? { scope } : {}) });
  const headers = { Authorization: `Basic ${btoa(`${given.clientId}:${given.clientSecret}`)}` };
  const request = new Request(given.tokenUrl, { method: "POST", headers, body });
  const response = await fetch(request).catch((error: unknown) => {
    throw new NoAnswerError("The issuer of tokens does not answer.", { cause: error });
  });
  const said = (await response.json().catch(() => undefined)) as { access_token?: unknown; expires_in?: unknown } | undefined;
  if (!response.ok) throw problem(response, said, {});
  if (typeof said?.access_token !== "string") throw new NoAnswerError(`${given.tokenUrl} issued no token: is it a token endpoint?`);
  const life = Number(said.expires_in ?? USUAL_SECONDS) * 1000;
  // Half of a short life is better than a token that is never good.
  return { token: said.access_token, renewAt: Date.now() + Math.max(life - EARLY, life / 2) };
}
