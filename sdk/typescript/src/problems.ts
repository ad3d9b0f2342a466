// What the API says when it does not do what was asked: problem details (RFC 9457) as an error.

/** One way in which a request was not what the contract describes. */
export interface Violation {
  in: "body" | "path" | "query" | "header";
  /** A JSON pointer (RFC 6901) into the body, or a slash and the name of the parameter. */
  pointer: string;
  detail: string;
}

/** Thrown for every answer but a success. `status` and `type` are for programs, `detail` is for people. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly status: number;
  readonly type: string;
  readonly detail: string;
  readonly violations: readonly Violation[];

  constructor(readonly response: Response, body: unknown) {
    const said = isObject(body) ? body : {};
    // What the gateway answers by itself is {"message": …}.
    const detail = [said.detail, said.message].find((each) => typeof each === "string") ?? response.statusText;
    super(`${response.status} ${detail}`);
    this.status = response.status;
    this.type = typeof said.type === "string" ? said.type : "about:blank";
    this.detail = detail;
    this.violations = Array.isArray(said.errors) ? (said.errors as Violation[]) : [];
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
