// Who watches the attempts of calls, and the functions around each.

/** One attempt of a call, when it has ended. It holds nothing that may be secret. */
export interface Attempt {
  method: string;
  url: string;
  /** 1 is the first. */
  number: number;
  milliseconds: number;
  /** Undefined if there was no answer. */
  status: number | undefined;
  requestId: string | undefined;
  error: string | undefined;
  /** Milliseconds until the next attempt, undefined if this was the last. */
  wait: number | undefined;
}

/** A function around each attempt: it is given the request, without the token, and what sends it. */
export type Middleware = (request: Request, send: (request: Request) => Promise<Response>) => Promise<Response>;

/** How often the calls of a client may be sent again, all together: an API that fails is not asked twice as much. */
export class Budget {
  #left: number;

  constructor(readonly most: number = 100) {
    this.#left = most;
  }

  /** Whether there was one left. */
  take(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  /** An answer that is kept brings back a tenth. */
  earn(): void {
    this.#left = Math.min(this.most, this.#left + 0.1);
  }
}
