// What the API says when it does not do what was asked: problem details (RFC 9457) as an error.

/** One way in which a request was not what the contract describes. */
export interface Violation {
  in: "body" | "path" | "query" | "header";
  /** A JSON pointer (RFC 6901) into the body, or a slash and the name of the parameter. */
  pointer: string;
  detail: string;
}

// What the API's own answers carry, and then what API Gateway puts on those that it gives by itself: an HTTP API the
// second, a REST API the third (docs.aws.amazon.com/apigateway, "API Gateway access logging").
const REQUEST_ID = ["X-Request-Id", "apigw-requestid", "x-amzn-requestid"];

/**
 * Thrown for every answer but a success. `status` and `type` are for programs, `detail` is for people; `requestId` is
 * what the API's own log knows this request by, and undefined where the answer does not say.
 */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly status: number;
  readonly type: string;
  readonly detail: string;
  readonly instance: string | undefined;
  readonly requestId: string | undefined;
  readonly violations: readonly Violation[];

  constructor(readonly response: Response, body: unknown) {
    const said = isObject(body) ? body : {};
    // What the gateway answers by itself is {"message": …}.
    const detail = [said.detail, said.message].find((each) => typeof each === "string") ?? response.statusText;
    const requestId = REQUEST_ID.map((name) => response.headers.get(name)).find((each) => each !== null) ?? undefined;
    super(`${response.status} ${detail}${requestId === undefined ? "" : ` (request ${requestId})`}`);
    this.status = response.status;
    this.type = typeof said.type === "string" ? said.type : "about:blank";
    this.detail = detail;
    this.instance = typeof said.instance === "string" ? said.instance : undefined;
    this.requestId = requestId;
    this.violations = Array.isArray(said.errors) ? (said.errors as Violation[]).filter(isObject) : [];
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
