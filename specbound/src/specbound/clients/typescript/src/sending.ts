// What sends a request: openapi-fetch, with a token, retries, and a key for each POST that takes one.

import createFetchClient, { type Middleware } from "openapi-fetch";
import { agent } from "./agents.js";
import { read } from "./answers.js";
import { written } from "./bodies.js";
import { randomKey } from "./keys.js";
import { bodies, keyed, notOnlyJson } from "./operations.js";
import { type Fetch, type Retry, retrying, settled } from "./retries.js";
import type { paths } from "./schema.js";
import type { Token } from "./tokens.js";
import { type Attempt, Budget, type Middleware as Around } from "./watching.js";

/** What a client is told. All of it may be left out: `baseUrl` and `token` may be in the environment. */
export interface Settings {
  baseUrl?: string;
  /** Sent as `Authorization: Bearer …`; public operations need none. A function is asked with each attempt. */
  token?: Token;
  retry?: Partial<Retry>;
  /** How often all calls together may be sent again; 100, of which each answer that is kept brings back a tenth. */
  budget?: Budget;
  /** Functions around each attempt. */
  middleware?: readonly Around[];
  /** Told of each attempt when it has ended. */
  watch?: (attempt: Attempt) => void;
  /** Sent with each request. */
  headers?: Record<string, string>;
  fetch?: Fetch;
}

/** A request's parts, as openapi-fetch takes them, and what is different for it. */
export interface Init {
  params: object;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  retry?: Partial<Retry>;
  /** Whether the body of a success is left to be read. */
  isStreamed: boolean;
}

/** What came: `data` is what a success holds, `error` what anything else does. */
export interface Sent {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** Sends a request of this method to a path of the contract. */
export type Send = (method: string, path: string, init: Init) => Promise<Sent>;

export function sender(settings: Settings & { baseUrl: string }): Send {
  const { baseUrl, token, retry, headers, fetch = globalThis.fetch } = settings;
  checkAddress(baseUrl);
  const sent = { ...agent(), ...headers };
  const client = createFetchClient<paths>({ baseUrl: baseUrl.replace(/\/$/, ""), headers: sent });
  const { middleware = [], watch, budget = new Budget() } = settings;
  const ways = { token, middleware, watch, budget };
  client.use(idempotency);
  return async (method, path, { retry: own, isStreamed, ...init }) => {
    const call = client[method as keyof typeof client] as unknown as (path: string, init: object) => Promise<Sent>;
    const send = retrying(fetch, settled(retry, own), ways, isStreamed);
    const place = `${method} ${path}`;
    const answer = await call(path, { ...init, ...content(init, bodies[place]), parseAs: "stream", fetch: send });
    if (!answer.response.ok || !answer.data || isStreamed) return { ...answer, data: undefined };
    return { ...answer, data: await read(answer.response, !notOnlyJson.has(place)) };
  };
}

/** Refuses an address with a password in it: the errors of a fetch would show it. */
function checkAddress(baseUrl: string): void {
  // As browsers read it (url.spec.whatwg.org, "basic URL parser"): no line breaks, any number of slashes of either kind.
  const address = baseUrl.replace(/^[\0- ]+|[\t\n\r]/g, "");
  if (/^(https?:[/\\]*|[/\\]{2,})[^/\\?#]*@/i.test(address)) {
    throw new TypeError("baseUrl has a name or a password in it: leave them out, and give a token instead.");
  }
}

/** The body as openapi-fetch is to send it; it takes JSON for granted. */
function content({ body, headers }: Omit<Init, "isStreamed">, media: string | undefined): object {
  if (body === undefined) return {};
  const found = written(body, media);
  const bodySerializer = () => found.body;
  return { bodySerializer, headers: { "Content-Type": found.media ?? null, ...headers } };
}

const idempotency: Middleware = {
  onRequest({ request, schemaPath }) {
    if (keyed.has(`${request.method} ${schemaPath}`) && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", randomKey());
    }
    return request;
  },
};
