// Answers that are read piece by piece: bytes, lines, and server-sent events.

import { NoAnswerError, requestIdOf } from "./errors.js";
import { Events, Lines, type ServerEvent } from "./events.js";

/** An answer of which no more is in memory than the piece at hand: it is gone through once, to its end or until `break`. */
export class Stream implements AsyncIterable<Uint8Array> {
  readonly status: number;
  readonly headers: Headers;
  /** What the API's own log knows this request by. */
  readonly requestId: string | undefined;

  constructor(readonly response: Response) {
    this.status = response.status;
    this.headers = response.headers;
    this.requestId = requestIdOf(response.headers);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const reader = this.response.body?.getReader();
    if (reader === undefined) return;
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
    } catch (error) {
      // Who aborts a call is told the reason that they gave; platforms call a lost connection a TypeError.
      if (!(error instanceof TypeError)) throw error;
      throw new NoAnswerError(`The answer was lost on its way (${error.message}).`, { cause: error });
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }

  /** Line by line, without the ends of lines. */
  async *lines(): AsyncGenerator<string, void, undefined> {
    const lines = new Lines();
    for await (const piece of this) yield* lines.cut(piece);
    yield* lines.cut();
  }

  /** Event by event, of what is `text/event-stream`. */
  async *events(): AsyncGenerator<ServerEvent, void, undefined> {
    const events = new Events();
    for await (const line of this.lines()) {
      const found = events.take(line);
      if (found !== undefined) yield found;
    }
  }
}
