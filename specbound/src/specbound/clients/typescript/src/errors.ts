// What a call may end with but a success: an ApiError. Each status and each type of problem has a class of its own.

/** All that a call throws because of the API, or of the way there. */
export class ApiError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiError";
  }
}

/** Thrown if there was no answer: no connection, or one that was lost. Its cause says more. */
export class NoAnswerError extends ApiError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NoAnswerError";
  }
}

/** Thrown when the time for an attempt, or for a whole call with all its attempts and waits, is over. */
export class DeadlineError extends NoAnswerError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DeadlineError";
  }
}

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

export function requestIdOf(headers: Headers): string | undefined {
  return REQUEST_ID.map((name) => headers.get(name)).find((each) => each !== null) ?? undefined;
}

/**
 * Thrown for every answer but a success (RFC 9457). `status` and `type` are for programs, `detail` is for people;
 * `requestId` is what the API's own log knows this request by, and undefined where the answer does not say.
 */
export class ProblemError extends ApiError {
  readonly status: number;
  readonly type: string;
  readonly detail: string;
  readonly instance: string | undefined;
  readonly requestId: string | undefined;
  readonly violations: readonly Violation[];

  constructor(readonly response: Response, readonly body: unknown) {
    const said = isObject(body) ? body : {};
    // What the gateway answers by itself is {"message": …}.
    const detail = [said.detail, said.message].find((each) => typeof each === "string") ?? response.statusText;
    const requestId = requestIdOf(response.headers);
    const violations = Array.isArray(said.errors) ? (said.errors as Violation[]).filter(isObject) : [];
    const found = violations.map((each) => `\n  ${each.in} ${each.pointer}: ${each.detail}`).join("");
    super(`${response.status} ${detail}${requestId === undefined ? "" : ` (request ${requestId})`}${found}`);
    this.name = "ProblemError";
    this.status = response.status;
    this.type = typeof said.type === "string" ? said.type : "about:blank";
    this.detail = detail;
    this.instance = typeof said.instance === "string" ? said.instance : undefined;
    this.requestId = requestId;
    this.violations = violations;
  }
}

export class BadRequest extends ProblemError {}
/** 401: no token, or one that is not good. */
export class Unauthorized extends ProblemError {}
/** 403: a token without the scope for it. */
export class Forbidden extends ProblemError {}
export class NotFound extends ProblemError {}
export class Conflict extends ProblemError {}
/** 412: it is not what `ifMatch` or `ifNoneMatch` says. */
export class PreconditionFailed extends ProblemError {}
export class ContentTooLarge extends ProblemError {}
export class UnsupportedMediaType extends ProblemError {}
export class Unprocessable extends ProblemError {}
export class TooManyRequests extends ProblemError {}
export class ServerError extends ProblemError {}
export class ServiceUnavailable extends ServerError {}

export type ProblemClass = new (response: Response, body: unknown) => ProblemError;

const STATUSES: Readonly<Record<number, ProblemClass>> = {
  400: BadRequest,
  401: Unauthorized,
  403: Forbidden,
  404: NotFound,
  409: Conflict,
  412: PreconditionFailed,
  413: ContentTooLarge,
  415: UnsupportedMediaType,
  422: Unprocessable,
  429: TooManyRequests,
  503: ServiceUnavailable,
};

/** The error for this answer: of its type's class, if that is of such a status, or else of its status's. */
export function problem(response: Response, body: unknown, types: Readonly<Record<string, ProblemClass>>): ProblemError {
  const general = STATUSES[response.status] ?? (response.status >= 500 ? ServerError : ProblemError);
  const named = isObject(body) && typeof body.type === "string" ? types[body.type] : undefined;
  const fits = named !== undefined && (named === general || named.prototype instanceof general);
  return new (fits ? named : general)(response, body);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
