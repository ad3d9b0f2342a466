// The client: openapi-fetch with the contract's types, a token, retries, and a key for each POST that takes one.

import createFetchClient, { type Client as FetchClient, type Middleware } from "openapi-fetch";
import { keyed } from "./keyed.js";
import { defaultRetry, type Retry, retrying } from "./retries.js";
import type { paths } from "./schema.js";

export type Client = FetchClient<paths, `${string}/${string}`>;

export interface Options {
  baseUrl: string;
  /** Sent as `Authorization: Bearer …`; public operations need none. */
  token?: string;
  retry?: Partial<Retry>;
  fetch?: (request: Request) => Promise<Response>;
}

export function createClient({ baseUrl, token, retry, fetch = globalThis.fetch }: Options): Client {
  const client = createFetchClient<paths>({
    baseUrl: baseUrl.replace(/\/$/, ""),
    fetch: retrying(fetch, { ...defaultRetry, ...retry }),
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
  });
  client.use(idempotency);
  return client;
}

const idempotency: Middleware = {
  onRequest({ request, schemaPath }) {
    if (keyed.has(`${request.method} ${schemaPath}`) && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", crypto.randomUUID());
    }
    return request;
  },
};
