// What the TypeScript client does for its user: `node claims.mjs <claim> <gateway> <token>`, with nothing but the tarball.

import { allItems, type Client, createClient, etag, ok, ProblemError, type Retry } from "catalogue-api-client";

declare const process: { argv: string[]; exitCode?: number };

type Connect = (fault?: string, options?: { token?: string; retry?: Partial<Retry> }) => Client;

const claims = {
  async every_operation_answers_with_its_type(connect: Connect) {
    const api = connect();
    const user = await ok(api.POST("/users", { body: newUser() }));
    const batch = await ok(api.POST("/users/batch", { body: { items: [newUser(), newUser()] } }));
    const product = await ok(api.POST("/products", { body: { ...newProduct(unique("c")), initialQuantity: 5 } }));
    const products = await ok(api.POST("/products/batch", { body: { items: [newProduct(unique("c"))] } }));
    const [thisUser, thisProduct] = [{ path: { userId: user.userId } }, { path: { productId: product.productId } }];
    const adjusted = await ok(
      api.POST("/inventory/{productId}/adjustments", { params: thisProduct, body: { delta: -2 } }),
    );
    const stock = await ok(api.PUT("/inventory/{productId}", { params: thisProduct, body: { quantity: 40 } }));
    const renamed = await ok(api.PUT("/products/{productId}", { params: thisProduct, body: { price: 79.95 } }));
    const changed = await ok(api.PUT("/users/{userId}", { params: thisUser, body: { status: "inactive" } }));

    equal(await ok(api.GET("/users/{userId}", { params: thisUser })), changed);
    equal([batch.created, batch.failed, products.created], [2, 0, 1]);
    equal((await ok(api.GET("/users", { params: { query: { email: user.email } } }))).items, [changed]);
    equal(await ok(api.GET("/products/{productId}", { params: thisProduct })), renamed);
    equal((await ok(api.GET("/products", { params: { query: { category: product.category } } }))).count, 1);
    equal([adjusted.quantity, stock.quantity], [3, 40]);
    equal(await ok(api.GET("/inventory/{productId}", { params: thisProduct })), stock);
    const query = { productId: [product.productId] };
    equal((await ok(api.GET("/inventory", { params: { query } }))).items, [stock]);
    await ok(api.DELETE("/users/{userId}", { params: thisUser }));
    await ok(api.DELETE("/products/{productId}", { params: thisProduct }));
    equal((await refused(ok(api.GET("/products/{productId}", { params: thisProduct })))).status, 404);
    equal((await ok(api.GET("/health"))).status, "ok");
    equal((await ok(api.GET("/openapi.json"))).openapi, "3.0.3");
    equal((await ok(api.GET("/docs", { parseAs: "text" }))).slice(0, 15), "<!doctype html>");
  },

  async all_items_walks_every_page_once(connect: Connect) {
    const [api, category] = [connect(), unique("walk")];
    const items = Array.from({ length: 7 }, () => newProduct(category));
    await ok(api.POST("/products/batch", { body: { items } }));

    const walked: string[] = [];
    for await (const each of allItems((at) =>
      api.GET("/products", { params: { query: { category, limit: 2, ...at } } }),
    )) {
      walked.push(each.name);
    }

    equal(
      walked.toSorted(),
      items.map((each) => each.name).toSorted(),
    );
  },

  async a_conflict_is_a_typed_error(connect: Connect) {
    const [api, body] = [connect(), newUser()];
    await ok(api.POST("/users", { body }));

    const problem = await refused(ok(api.POST("/users", { body })));

    equal([problem.status, problem.type], [409, "urn:problem-type:email-taken"]);
    equal(problem.message, `409 ${problem.detail}`);
  },

  async every_violation_is_named(connect: Connect) {
    const problem = await refused(ok(connect().POST("/users", { body: { name: "A", email: "nowhere" } })));

    equal(problem.violations.map((each) => each.pointer).toSorted(), ["/email", "/name"]);
  },

  async a_gateways_own_refusal_is_the_same_error(connect: Connect) {
    const problem = await refused(ok(connect("none", { token: "no-such-token" }).GET("/users")));

    equal([problem.status, problem.detail], [401, "Unauthorized"]);
  },

  async an_etag_travels_from_read_to_write(connect: Connect) {
    const api = connect();
    const read = await ok(api.POST("/users", { body: newUser() }));
    const path = { userId: read.userId };
    const theirs = await ok(api.GET("/users/{userId}", { params: { path } }));
    const rename = (name: string, tag: string) =>
      ok(api.PUT("/users/{userId}", { params: { path, header: { "If-Match": tag } }, body: { name } }));
    await rename("Theirs", etag(theirs));

    const mine = await refused(rename("Mine", etag(read)));

    equal(mine.status, 412);
    equal((await ok(api.GET("/users/{userId}", { params: { path } }))).name, "Theirs");
  },

  async an_object_without_an_etag_says_so(connect: Connect) {
    const page = await ok(connect().GET("/users"));

    const error = await refused(Promise.resolve().then(() => etag(page)), TypeError);

    equal(error.message, "This object has no ETag: get it by its id first.");
  },

  async a_lost_answer_does_not_create_twice(connect: Connect) {
    for (const fault of ["answer-lost", "cut-off"]) {
      const body = newUser();

      const created = await ok(connect(fault).POST("/users", { body }));

      const found = await ok(connect().GET("/users", { params: { query: { email: body.email } } }));
      equal(found.items, [created]);
    }
  },

  async a_lost_answer_does_not_adjust_twice(connect: Connect) {
    const product = await ok(connect().POST("/products", { body: { ...newProduct("c"), initialQuantity: 10 } }));
    const params = { path: { productId: product.productId } };

    await ok(connect("answer-lost").POST("/inventory/{productId}/adjustments", { params, body: { delta: -4 } }));

    equal((await ok(connect().GET("/inventory/{productId}", { params }))).quantity, 6);
  },

  async a_key_of_ones_own_is_sent_as_it_is(connect: Connect) {
    const request = { body: newUser(), params: { header: { "Idempotency-Key": crypto.randomUUID() } } };

    const first = await ok(connect().POST("/users", request));

    equal(await ok(connect().POST("/users", request)), first);
  },

  async retry_after_is_honoured(connect: Connect) {
    for (const fault of ["busy", "in-progress"]) {
      const start = performance.now();

      await ok(connect(fault).POST("/users", { body: newUser() }));

      equal(performance.now() - start >= 1000, true);
    }
  },

  async reads_and_writes_are_tried_again(connect: Connect) {
    const user = await ok(connect().POST("/users", { body: newUser() }));
    const params = { path: { userId: user.userId } };

    equal(await ok(connect("unavailable").GET("/users/{userId}", { params })), user);
    equal(await ok(connect("cut-off").GET("/users/{userId}", { params })), user);
    const changed = await ok(connect("unavailable").PUT("/users/{userId}", { params, body: { name: "Ada King" } }));
    equal(changed.version, 2);
  },

  async an_api_that_stays_down_is_an_error(connect: Connect) {
    const problem = await refused(ok(connect("down", { retry: { attempts: 3, first: 10 } }).GET("/users")));

    equal([problem.status, problem.detail], [503, "Service Unavailable"]);
  },

  async what_could_be_done_twice_is_not_tried_again(connect: Connect) {
    const user = await ok(connect().POST("/users", { body: newUser() }));
    const params = { path: { userId: user.userId } };

    await refused(ok(connect("cut-off").PUT("/users/{userId}", { params, body: { name: "Ada King" } })), TypeError);

    equal((await ok(connect().GET("/users/{userId}", { params }))).version, 2);
  },

  async a_long_retry_after_is_not_waited_for(connect: Connect) {
    const problem = await refused(ok(connect("busy", { retry: { longest: 500 } }).GET("/users")));

    equal(problem.response.headers.get("Retry-After"), "1");
  },
};

const newUser = () => ({ name: "Ada Lovelace", email: `${unique("ada")}@example.com` });
const newProduct = (category: string) => ({ name: unique("Trackball"), price: 19.99, category });
const unique = (word: string) => `${word}-${crypto.randomUUID().slice(24)}`;

function equal(found: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${left} is not ${right}`);
}

type ErrorClass<E> = abstract new (...args: never[]) => E;

async function refused(call: Promise<unknown>): Promise<ProblemError>;
async function refused<E extends Error>(call: Promise<unknown>, kind: ErrorClass<E>): Promise<E>;
async function refused(call: Promise<unknown>, kind: ErrorClass<Error> = ProblemError): Promise<Error> {
  const error: unknown = await call.then(
    () => new Error("it was not refused"),
    (reason: unknown) => reason,
  );
  if (error instanceof kind) return error;
  throw error;
}

const [claim, gateway, everything] = process.argv.slice(2) as [keyof typeof claims, string, string];
await claims[claim]((fault = "none", { token = everything, retry = {} } = {}) =>
  createClient({ baseUrl: `${gateway}/${fault}`, token, retry }),
);
