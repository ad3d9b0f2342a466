// Server-sent events, as they come in pieces (html.spec.whatwg.org, "Interpreting an event stream").

import { fromJson } from "./decimals.js";

/** One event of a stream. */
export class ServerEvent {
  constructor(
    readonly data: string,
    readonly event: string,
    /** The last id that the stream has said, which may be that of an event before. */
    readonly id: string,
  ) {}

  /** Its data as JSON, numbers as everywhere. Throws a SyntaxError if it is none. */
  json(): unknown {
    return fromJson(this.data);
  }
}

/** Cuts a stream at its line ends, wherever its pieces end. */
export class Lines {
  readonly #decoder = new TextDecoder();
  #left = "";

  /** The lines that have ended; with no piece, those that are left when the stream is over. */
  cut(piece?: Uint8Array): string[] {
    const text = this.#left + this.#decoder.decode(piece, { stream: piece !== undefined });
    // What comes next may be the other half of a line's end.
    const half = piece !== undefined && text.endsWith("\r");
    const lines = (half ? text.slice(0, -1) : text).split(/\r\n|\n|\r/);
    this.#left = (lines.pop() ?? "") + (half ? "\r" : "");
    if (piece === undefined && this.#left !== "") lines.push(this.#left);
    return lines;
  }
}

/** Puts events together, line by line. */
export class Events {
  #data: string[] = [];
  #event = "";
  #id = "";

  /** The event that ends with this line. One whose end never comes is none. */
  take(line: string): ServerEvent | undefined {
    if (line === "") return this.#ended();
    const at = line.indexOf(":");
    const [name, value] = at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1).replace(/^ /, "")];
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#event = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    return undefined;
  }

  #ended(): ServerEvent | undefined {
    const [data, event] = [this.#data, this.#event];
    [this.#data, this.#event] = [[], ""];
    return data.length > 0 ? new ServerEvent(data.join("\n"), event || "message", this.#id) : undefined;
  }
}
