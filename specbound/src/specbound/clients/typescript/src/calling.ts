// What the methods of resources take and give, and how they call.

import type { FetchResponse } from "openapi-fetch";
import { remember, rememberItems } from "./answers.js";
import type { Raw } from "./bodies.js";
import { Call } from "./calls.js";
import type { Exactly } from "./decimals.js";
import { problem } from "./errors.js";
import { problemTypes } from "./problems.js";
import type { Retry } from "./retries.js";
import type { operations } from "./schema.js";
import type { Init, Send, Sent } from "./sending.js";
import { Stream } from "./streams.js";

type Id = keyof operations;
type Parameters<O extends Id, Place extends string> = operations[O] extends { parameters: { [P in Place]?: infer Found } }
  ? NonNullable<Found>
  : never;
type Content<O extends Id> = NonNullable<operations[O]["requestBody"]> extends { content: infer C } ? C[keyof C] : never;
type Media = `${string}/${string}`;

export type PathValue = string | number;
export type Query<O extends Id> = Parameters<O, "query">;
type ContentType<O extends Id> = NonNullable<operations[O]["requestBody"]> extends { content: infer C } ? keyof C : never;
/** What an operation is sent: JSON as the contract describes it, or where that has a form, a file or text, that as well. */
export type Body<O extends Id> =
  | Exactly<Content<O>>
  | ([ContentType<O>] extends ["application/json" | `${string}+json`] ? never : Raw);
export type Header<O extends Id, Name extends string> = Name extends keyof Parameters<O, "header">
  ? NonNullable<Parameters<O, "header">[Name]>
  : string;
export type Cookie<O extends Id, Name extends string> = Name extends keyof Parameters<O, "cookie">
  ? NonNullable<Parameters<O, "cookie">[Name]>
  : string;
type Held<O extends Id> = Exclude<FetchResponse<Extract<operations[O], object>, object, Media>["data"], undefined>;
/** What a success of the operation holds: nothing for a 204. */
export type Read<O extends Id> = [Held<O>] extends [never] ? void : Held<O>;

/** What may be different for one call. */
export interface Options {
  /** `{ deadline: 5000 }`, say. */
  retry?: Partial<Retry>;
  /** Ends the call at once, whatever it waits for. */
  signal?: AbortSignal;
  /** Sent beside the client's. */
  headers?: Record<string, string>;
}

interface Parts {
  path: Record<string, PathValue>;
  /** The names of headers and cookies by those of the options. */
  headers: Record<string, string>;
  cookies: Record<string, string>;
  body?: unknown;
  query?: unknown;
  /** The member of what is answered that is a list of things with an ETag. */
  items?: string;
}

/** What resources call with. */
export interface Caller {
  // biome-ignore lint: the method's own type says what it gives
  (method: string, path: string, parts: Parts, options?: Options & object): Call<any>;
  /** The answer to a call that is made in this function, to be read piece by piece. */
  stream(call: () => Call<unknown>): Promise<Stream>;
}

export function caller(send: Send): Caller {
  let isStreamed = false;
  const stream = async (call: () => Call<unknown>) => {
    isStreamed = true;
    let made: Call<unknown>;
    try {
      made = call();
    } finally {
      isStreamed = false;
    }
    return new Stream((await made.withResponse()).response);
  };
  const ask = (method: string, path: string, parts: Parts, options: Options & object = {}) => {
    const given = options as Options & Record<string, unknown>;
    const named = (names: Record<string, string>) =>
      Object.fromEntries(
        Object.entries(names)
          .map(([own, name]) => [name, given[own]])
          .filter(([, value]) => value !== undefined),
      );
    const params = {
      path: parts.path,
      query: parts.query ?? given.query,
      header: named(parts.headers),
      cookie: named(parts.cookies),
    };
    const init: Init = { params, isStreamed };
    if (parts.body !== undefined) init.body = parts.body;
    for (const name of ["retry", "signal", "headers"] as const) {
      if (given[name] !== undefined) Object.assign(init, { [name]: given[name] });
    }
    return Call.of(read(send(method, path, init), isStreamed ? undefined : parts.items));
  };
  return Object.assign(ask, { stream });
}

/** What a success holds: undefined for a 304. Throws a ProblemError for anything else. */
async function read(sent: Promise<Sent>, items: string | undefined): Promise<{ value: unknown; response: Response }> {
  const { data, error, response } = await sent;
  if (!response.ok && response.status !== 304) throw problem(response, error, problemTypes);
  remember(data, response);
  if (items !== undefined) rememberItems((data as Record<string, unknown>)[items], response);
  return { value: data, response };
}
