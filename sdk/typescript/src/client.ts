// The client: openapi-fetch with the contract's types, a token, retries, and a key for each POST that takes one.

import createFetchClient, { type FetchResponse, type MaybeOptionalInit, type Middleware } from "openapi-fetch";
import { keyed } from "./keyed.js";
import { defaultRetry, type Retry, retrying } from "./retries.js";
import type { paths } from "./schema.js";

type Method = "get" | "put" | "post" | "delete" | "options" | "head" | "patch";
type PathWith<M extends Method> = { [P in keyof paths]: paths[P] extends { [K in M]: object } ? P : never }[keyof paths];
type Arguments<Init> = undefined extends Init ? [init?: Init] : [init: Init];
type Media = `${string}/${string}`;

/**
 * One function per method. openapi-fetch infers the type of what it is given, and so lets unknown properties through;
 * here the contract gives that type, and the compiler refuses them.
 */
export type Client = {
  [M in Method as Uppercase<M>]: <P extends PathWith<M>>(
    path: P,
    ...init: Arguments<MaybeOptionalInit<paths[P], M>>
  ) => Promise<FetchResponse<Extract<paths[P][M], object>, object, Media>>;
};

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
  return client as Client;
}

const idempotency: Middleware = {
  onRequest({ request, schemaPath }) {
    if (keyed.has(`${request.method} ${schemaPath}`) && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", crypto.randomUUID());
    }
    return request;
  },
};
