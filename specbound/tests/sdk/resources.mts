// What the TypeScript client's resources do: methods, lists, errors, and what came with what was read.

import {
  type Answer,
  ApiError,
  type Attempt,
  Budget,
  Client,
  Conflict,
  clientCredentials,
  connect as connected,
  DeadlineError,
  EmailTaken,
  etag,
  NoAnswerError,
  NotFound,
  ProblemError,
  requestId,
  type User,
  UsersResource,
} from "catalogue-api-client";
import { type Connect, equal, newProduct, newUser, refused, sorted, unique } from "./claiming.mjs";

export const claims = {
  async every_operation_is_a_method(connect: Connect) {
    const client = connect();
    const user: User = await client.users.create(newUser());
    const batch = await client.users.createMany({ items: [newUser(), newUser()] });
    const product = await client.products.create({ ...newProduct(unique("c")), initialQuantity: 5 });
    const products = await client.products.createMany({ items: [newProduct(unique("c"))] });
    const adjusted = await client.inventory.adjust(product.productId, { delta: -2 });
    const stock = await client.inventory.update(product.productId, { quantity: 40 });
    const renamed = await client.products.update(product.productId, { price: 79.95 });
    const changed = await client.users.update(user.userId, { status: "inactive" });

    equal(await client.users.get(user.userId), changed);
    equal([batch.created, batch.failed, products.created], [2, 0, 1]);
    equal((await client.users.list({ email: user.email }).first()).items, [changed]);
    equal(await client.products.get(product.productId), renamed);
    equal((await client.products.list({ category: product.category }).first()).count, 1);
    equal([adjusted.quantity, stock.quantity], [3, 40]);
    equal(await client.inventory.get(product.productId), stock);
    equal((await client.inventory.list({ productId: [product.productId] })).items, [stock]);
    await client.users.delete(user.userId);
    await client.products.delete(product.productId);
    equal((await refused(client.products.get(product.productId), NotFound)).status, 404);
    equal((await client.meta.getHealth()).status, "ok");
    equal((await client.meta.getContract()).openapi, "3.0.3");
    equal((await client.meta.getDocs()).slice(0, 15), "<!doctype html>");
  },

  async a_list_is_walked_item_by_item(connect: Connect) {
    const [client, category] = [connect(), unique("walk")];
    const items = Array.from({ length: 7 }, () => newProduct(category));
    await client.products.createMany({ items });

    const [walked, sizes]: [string[], number[]] = [[], []];
    for await (const each of client.products.list({ category, limit: 2 })) walked.push(each.name);
    for await (const page of client.products.list({ category, limit: 4 }).pages()) sizes.push(page.items.length);

    equal(
      sorted(walked),
      sorted(items.map((each) => each.name)),
    );
    equal(sizes, [4, 3]);
    const endless = connect("endless").products.list({ category });
    const walk = async () => {
      for await (const each of endless) equal(each.category, category);
    };
    equal((await refused(walk(), Error)).message.startsWith("This list does not end"), true);
  },

  async one_class_is_over_all_errors(connect: Connect) {
    const [client, body] = [connect(), newUser()];
    await client.users.create(body);

    const taken = await refused(client.users.create(body), ApiError);
    const nobody = await refused(connect("cut", { retry: { attempts: 1 } }).users.get("1"), ApiError);
    const late = await refused(connect("hang", { retry: { deadline: 300 } }).users.get("1"), ApiError);

    equal([taken instanceof EmailTaken && taken instanceof Conflict, taken instanceof ProblemError && taken.type], [true, "urn:problem-type:email-taken"]);
    // Chromium itself sends a request again, so what is cut may end with the time.
    equal([nobody instanceof NoAnswerError, late instanceof DeadlineError, late instanceof NoAnswerError], [true, true, true]);
  },

  async an_etag_travels_from_a_list_to_a_write(connect: Connect) {
    const client = connect();
    const user = await client.users.create(newUser());
    const [listed] = (await client.users.list({ email: user.email }).first()).items;
    if (listed === undefined) throw new Error("it is not listed");

    equal(etag(listed), etag(user));
    await client.users.update(user.userId, { name: "Theirs" }, { ifMatch: etag(listed) });
    const mine = await refused(client.users.update(user.userId, { name: "Mine" }, { ifMatch: etag(listed) }));

    equal(mine.status, 412);
    equal((await client.users.get(user.userId, { ifNoneMatch: '"2"' })) === undefined, true);
  },

  async a_result_names_its_request(connect: Connect) {
    const client = connect();

    const made: Answer<User> = await client.users.create(newUser()).withResponse();
    const gone = await client.users.delete(made.value.userId).withResponse();

    equal([made.status, made.headers.get("ETag"), gone.status], [201, etag(made.value), 204]);
    equal(made.requestId !== undefined && made.requestId === requestId(made.value), true);
    const problem = await refused(client.users.get(made.value.userId).withResponse());
    equal(problem.requestId !== undefined && problem.requestId !== made.requestId, true);
  },

  async a_key_of_ones_own_is_sent(connect: Connect) {
    const [client, body, idempotencyKey] = [connect(), newUser(), unique("key")];

    const first = await client.users.create(body, { idempotencyKey });

    equal(await client.users.create(body, { idempotencyKey }), first);
    equal(await connect("answer-lost").users.create(body, { idempotencyKey }), first);
  },

  async client_credentials_are_renewed(connect: Connect) {
    const everything = (await refused(connect("echo").users.get("1"))).instance?.replace("Bearer ", "") ?? "";
    const issued: string[] = [];
    const token = clientCredentials({
      tokenUrl: "https://issuer.example.com/token",
      clientId: "a program",
      clientSecret: "secret",
      scopes: ["users/read"],
      fetch: async (request) => {
        issued.push(`${request.headers.get("Authorization")} ${await request.text()}`);
        const body = { access_token: issued.length === 2 ? "no-such-token" : everything, expires_in: issued.length === 1 ? 0 : 3600 };
        return new Response(JSON.stringify(body));
      },
    });
    const client = connect("none", { token });

    await client.users.list({ limit: 1 }).first();
    equal(issued, [`Basic ${btoa("a program:secret")} grant_type=client_credentials&scope=users%2Fread`]);
    await Promise.all([1, 2, 3].map(() => client.users.list({ limit: 1 }).first()));
    equal(issued.length, 3);
  },

  async who_watches_is_told_and_middleware_is_around(connect: Connect) {
    const [seen, around]: [Attempt[], string[]] = [[], []];
    const client = connect("unavailable", {
      watch: (attempt) => seen.push(attempt),
      middleware: [
        async (request, send) => {
          around.push(`${request.headers.get("Authorization")}`);
          const response = await send(request);
          around.push(`${response.status}`);
          return response;
        },
      ],
    });

    await client.users.list({ limit: 1 }).first();

    equal(around, ["null", "503", "null", "200"]);
    equal(
      seen.map((each) => [each.method, each.number, each.status, each.wait !== undefined]),
      [
        ["GET", 1, 503, true],
        ["GET", 2, 200, false],
      ],
    );
  },

  async a_budget_is_for_all_calls(connect: Connect) {
    const seen: Attempt[] = [];
    const watch = (attempt: Attempt) => seen.push(attempt);
    const client = connect("down", { watch, budget: new Budget(5), retry: { attempts: 9, first: 0 } });

    for (let call = 0; call < 4; call++) await refused(client.users.list().first());

    equal(seen.length, 4 + 5);
  },

  async a_resource_may_be_had_alone(connect: Connect) {
    const users = new UsersResource(connected(connect.settings()));

    equal((await users.list({ limit: 1 }).first()).items.length <= 1, true);
  },

  async settings_come_from_the_environment(connect: Connect) {
    const { process } = globalThis as { process?: { env: Record<string, string | undefined> } };
    if (process === undefined) return equal((await refused(Promise.resolve().then(() => new Client()), TypeError)).message.startsWith("Where is the API?"), true);
    const { baseUrl, token } = connect.settings();
    Object.assign(process.env, { CATALOGUE_API_BASE_URL: baseUrl, CATALOGUE_API_TOKEN: token });
    const client = new Client();
    delete process.env.CATALOGUE_API_BASE_URL;

    equal((await client.users.list({ limit: 1 }).first()).items.length <= 1, true);
    equal((await refused(Promise.resolve().then(() => new Client()), TypeError)).message.includes("CATALOGUE_API_BASE_URL"), true);
  },
};
