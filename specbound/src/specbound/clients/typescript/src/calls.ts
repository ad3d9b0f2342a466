// A call that has begun: what it will give, and how that came.

import { requestIdOf } from "./errors.js";

/** A success as it came: `value` is what the method gives. */
export interface Answer<T> {
  value: T;
  status: number;
  headers: Headers;
  /** What the API's own log knows this request by. */
  requestId: string | undefined;
  /** The whole answer, whose body can still be read: `await response.text()`. */
  response: Response;
}

/** A promise of what a method gives; `withResponse` has its status and headers as well. */
export class Call<T> extends Promise<T> {
  #answer: Promise<Answer<T>> | undefined;

  // What follows a call is a promise like any other.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  static of<T>(given: Promise<{ value: T; response: Response }>): Call<T> {
    const call = new Call<T>((resolve, reject) => {
      given.then(({ value }) => resolve(value), reject);
    });
    call.#answer = given.then(({ value, response }) => {
      const { status, headers } = response;
      return { value, status, headers, requestId: requestIdOf(headers), response };
    });
    // Who does not ask for it hears of its failure from the call.
    call.#answer.catch(() => undefined);
    return call;
  }

  /** What the method gives with the answer that it came with. Throws what the call throws. */
  withResponse(): Promise<Answer<T>> {
    this.catch(() => undefined);
    return this.#answer ?? Promise.reject(new TypeError("This is no call."));
  }
}
