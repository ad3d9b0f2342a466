export { etag, type NotModified, ok, type Value } from "./answers.js";
export { type Client, createClient, type Options } from "./client.js";
export { Decimal, decimal, type Exactly } from "./decimals.js";
export { allItems } from "./paging.js";
export { ProblemError, type Violation } from "./problems.js";
export { defaultRetry, type Retry } from "./retries.js";
export type { components, operations, paths } from "./schema.js";
export type { Token } from "./tokens.js";
