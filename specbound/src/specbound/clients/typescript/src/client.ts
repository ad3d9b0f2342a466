// The client: openapi-fetch with the contract's types, a token, retries, and a key for each POST that takes one.

import createFetchClient, { type FetchResponse, type MaybeOptionalInit, type Middleware } from "openapi-fetch";
import { type NotModified, read } from "./answers.js";
import { type Exactly, toJson } from "./decimals.js";
import { randomKey } from "./keys.js";
import { keyed, notOnlyJson } from "./operations.js";
import { type Fetch, type Retry, retrying, settled } from "./retries.js";
import { agent } from "./agents.js";
import { type Attempt, Budget, type Middleware as Around } from "./watching.js";
import type { paths } from "./schema.js";
import type { Token } from "./tokens.js";

const METHODS = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH"] as const;
type Method = Lowercase<(typeof METHODS)[number]>;
type PathWith<M extends Method> = { [P in keyof paths]: paths[P] extends { [K in M]: object } ? P : never }[keyof paths];
type ConditionalPath<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: { parameters: { header?: { "If-None-Match"?: string } } } }
    ? "If-None-Match" extends keyof NonNullable<paths[P][M]["parameters"]["header"]>
      ? P
      : never
    : never;
}[keyof paths];

/** An operation whose body may hold exact numbers. */
type Sent<Operation> = { [K in keyof Operation]: K extends "requestBody" ? Exactly<Operation[K]> : Operation[K] };
type SentPath<P extends keyof paths> = { [M in keyof paths[P]]: Sent<paths[P][M]> };
type Init<P extends keyof paths, M extends Method> = MaybeOptionalInit<SentPath<P>, M>;
type Arguments<I> = undefined extends I ? [init?: I & CallOptions] : [init: I & CallOptions];
type Media = `${string}/${string}`;
type Reply<P extends keyof paths, M extends Method> = FetchResponse<Extract<paths[P][M], object>, object, Media>;

interface CallOptions {
  /** What is different for this call, `{ deadline: 5000 }` say. */
  retry?: Partial<Retry>;
}

type Condition = { params: { header: { "If-None-Match": string } } };
type Call<M extends Method> = <P extends PathWith<M>>(path: P, ...init: Arguments<Init<P, M>>) => Promise<Reply<P, M>>;
type ConditionalCall<M extends Method> = <P extends ConditionalPath<M>>(
  path: P,
  init: NonNullable<Init<P, M>> & CallOptions & Condition,
) => Promise<Reply<P, M> | NotModified>;

/**
 * One function per method. openapi-fetch infers the type of what it is given, and so lets unknown properties through;
 * here the contract gives that type, and the compiler refuses them. Only who sends a condition may be answered 304.
 */
export type Client = {
  [M in Method as Uppercase<M>]: [ConditionalPath<M>] extends [never] ? Call<M> : ConditionalCall<M> & Call<M>;
};

export interface Options {
  baseUrl: string;
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

export function createClient({ baseUrl, token, retry, headers, fetch = globalThis.fetch, ...given }: Options): Client {
  checkAddress(baseUrl);
  const sent = { ...agent(), ...headers };
  const client = createFetchClient<paths>({ baseUrl: baseUrl.replace(/\/$/, ""), bodySerializer, headers: sent });
  const { middleware = [], watch, budget = new Budget() } = given;
  const ways = { token, middleware, watch, budget };
  client.use(idempotency);
  const methods = METHODS.map((method) => [
    method,
    async (path: never, { retry: own, ...init }: CallOptions & Record<string, unknown> = {}) => {
      const send = retrying((init.fetch as Fetch | undefined) ?? fetch, settled(retry, own), ways);
      const call = client[method] as (path: string, init: object) => Promise<Answer>;
      const asJson = (init.parseAs ?? "json") === "json";
      const answer = await call(path, { ...init, ...(asJson ? { parseAs: "stream" } : {}), fetch: send });
      if (answer.response.status === 304) return { response: answer.response, notModified: true };
      if (!answer.data || !asJson) return answer;
      return { ...answer, data: await read(answer.response, !notOnlyJson.has(`${method} ${path}`)) };
    },
  ]);
  return Object.fromEntries(methods) as Client;
}

/** Refuses an address with a password in it: the errors of a fetch would show it. */
function checkAddress(baseUrl: string): void {
  // As browsers read it (url.spec.whatwg.org, "basic URL parser"): no line breaks, any number of slashes of either kind.
  const address = baseUrl.replace(/^[\0- ]+|[\t\n\r]/g, "");
  if (/^(https?:[/\\]*|[/\\]{2,})[^/\\?#]*@/i.test(address)) {
    throw new TypeError("baseUrl has a name or a password in it: leave them out, and give a token instead.");
  }
}

interface Answer {
  data?: unknown;
  error?: unknown;
  response: Response;
}

function bodySerializer(body: unknown): BodyInit {
  return body instanceof FormData ? body : toJson(body);
}

const idempotency: Middleware = {
  onRequest({ request, schemaPath }) {
    if (keyed.has(`${request.method} ${schemaPath}`) && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", randomKey());
    }
    return request;
  },
};
