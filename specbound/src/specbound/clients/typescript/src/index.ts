export { etag, requestId } from "./answers.js";
export type { Raw } from "./bodies.js";
export { type Answer, Call } from "./calls.js";
export { type Body, type Caller, type Options, type Query, type Read } from "./calling.js";
export { connect } from "./connecting.js";
export { type ClientCredentials, clientCredentials } from "./credentials.js";
export { Decimal, decimal, type Exactly } from "./decimals.js";
export {
  ApiError,
  BadRequest,
  Conflict,
  ContentTooLarge,
  DeadlineError,
  Forbidden,
  NoAnswerError,
  NotFound,
  PreconditionFailed,
  ProblemError,
  ServerError,
  ServiceUnavailable,
  TooManyRequests,
  Unauthorized,
  Unprocessable,
  UnsupportedMediaType,
  type Violation,
} from "./errors.js";
export { ServerEvent } from "./events.js";
export { Pages } from "./pages.js";
export * from "./problems.js";
export * from "./resources.js";
export { defaultRetry, type Retry } from "./retries.js";
export type { components, operations } from "./schema.js";
export type { Settings } from "./sending.js";
export { Stream } from "./streams.js";
export type { Token } from "./tokens.js";
export { type Attempt, Budget, type Middleware } from "./watching.js";
