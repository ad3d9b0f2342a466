// What the TypeScript client does for its user: operations, lists, errors and ETags.

import { allItems, etag, ok } from "catalogue-api-client";
import { type Connect, equal, newProduct, newUser, refused, sorted, unique } from "./claiming.mjs";

export const claims = {
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
    equal((await ok(api.GET("/docs"))).slice(0, 15), "<!doctype html>");
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
      sorted(walked),
      sorted(items.map((each) => each.name)),
    );
  },

  async a_conflict_is_a_typed_error(connect: Connect) {
    const [api, body] = [connect(), newUser()];
    await ok(api.POST("/users", { body }));

    const problem = await refused(ok(api.POST("/users", { body })));

    equal([problem.status, problem.type], [409, "urn:problem-type:email-taken"]);
    equal(problem.message, `409 ${problem.detail} (request ${problem.requestId})`);
  },

  async every_violation_is_named(connect: Connect) {
    const problem = await refused(ok(connect().POST("/users", { body: { name: "A", email: "nowhere" } })));

    equal(sorted(problem.violations.map((each) => each.pointer)), ["/email", "/name"]);
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
};
