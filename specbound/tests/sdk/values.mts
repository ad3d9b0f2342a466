// What travels: exact numbers, what a newer API sends, what has not changed.

import { Decimal, decimal, etag } from "catalogue-api-client";
import { type Connect, equal, newProduct, newUser, refused, unique } from "./claiming.mjs";

const productId = "2c5ea4c0-4067-4fe4-8b0a-6d3c1a9f0e11";

export const claims = {
  async decimals_are_sent_as_they_are_written(connect: Connect) {
    const api = connect("echo");
    const texts = ["19.99", "19.990", "0.10", "0.12345678901234567890", "1E+2", "1e-30", "99999999999999999999", "-0"];

    for (const text of texts) {
      const sent = await refused(api.products.update(productId, { price: decimal(text) }));
      equal(sent.detail, `{"price":${text}}`);
    }
    for (const [price, text] of [[0.1, "0.1"], [5n, "5"], [2n ** 80n + 1n, `${2n ** 80n + 1n}`]] as const) {
      const sent = await refused(api.products.update(productId, { price }));
      equal(sent.detail, `{"price":${text}}`);
    }
  },

  async exact_numbers_are_sent_from_anywhere_in_a_body(connect: Connect) {
    const items = [{ ...newProduct("c"), name: '"1"\\', price: decimal("0.10"), initialQuantity: 3n }, newProduct("c")];

    const sent = await refused(connect("echo").products.createMany({ items }));

    const rest = `"price":19.99,"category":"c"}]}`;
    equal(sent.detail, `{"items":[{"name":"\\"1\\"\\\\","price":0.10,"category":"c","initialQuantity":3},{"name":"${items[1]?.name}",${rest}`);
  },

  async exact_numbers_come_from_objects_of_other_libraries(connect: Connect) {
    const prices = [{ toJSON: () => decimal("1.50") }, { toJSON: () => 5n }] as unknown as number[];

    for (const [price, text] of [[prices[0], "1.50"], [prices[1], "5"]] as const) {
      const sent = await refused(connect("echo").products.update(productId, { price: price ?? 0 }));
      equal(sent.detail, `{"price":${text}}`);
    }
  },

  async what_is_no_exact_number_is_not_sent(connect: Connect) {
    for (const price of [Number.NaN, 1 / 0, -1 / 0, 2 ** 53]) {
      const call = () => connect("echo").products.update(productId, { price });
      equal((await refused(call(), TypeError)).message.startsWith(String(price)), true);
    }
    for (const text of ["", "19,99", "1.", ".5", "01", "NaN", "0x10", " 1", "1_0", "+5"]) {
      await refused(Promise.resolve().then(() => decimal(text)), TypeError);
    }
  },

  async a_decimal_is_a_string_elsewhere() {
    equal([`${decimal("19.990")}`, JSON.stringify({ price: decimal("19.990") })], ["19.990", '{"price":"19.990"}']);
    equal([Decimal.is(decimal(5n)), Decimal.is({ text: "5" }), decimal(19.99).text], [true, false, "19.99"]);
  },

  async decimals_come_back_as_they_were_sent(connect: Connect) {
    const body = { ...newProduct(unique("c")), price: decimal("19.99") };

    const created = await connect().products.create(body);

    equal(created.price, 19.99);
    equal((await connect().products.list({ category: body.category }).first()).items, [created]);
  },

  async no_digit_is_lost(connect: Connect) {
    const created = await connect().products.create(newProduct("c"));

    const read: { price: unknown; version: unknown } = await connect("digits").products.get(created.productId);

    equal([String(read.price), Decimal.is(read.price)], ["0.12345678901234567890", true]);
    equal(read.version === 9007199254740993n, true);
  },

  async a_newer_api_is_understood(connect: Connect) {
    const body = newUser();
    const user = await connect().users.create(body);

    const newer = await connect("newer").users.get(user.userId);
    const page = await connect("newer").users.list({ email: body.email }).first();

    equal([newer.status, newer.userId, page.items[0]?.status], ["suspended", user.userId, "suspended"]);
  },

  async a_list_ends(connect: Connect) {
    const category = unique("walk");
    for (let made = 0; made < 3; made++) await connect().products.create(newProduct(category));
    const walk = async (fault: string) => {
      const [api, names] = [connect(fault), new Set<string>()];
      for await (const each of api.products.list({ category })) names.add(each.name);
      return names.size;
    };

    equal(await walk("newer"), 3);
    equal((await refused(walk("endless"), Error)).message.startsWith("This list does not end"), true);
  },

  async what_has_not_changed_is_no_error(connect: Connect) {
    const api = connect();
    const user = await api.users.create(newUser());
    const product = await api.products.create(newProduct("c"));
    const read = (ifNoneMatch: string) => api.users.get(user.userId, { ifNoneMatch });

    const answer = await read(etag(user)).withResponse();
    equal([answer.status, answer.headers.get("ETag"), answer.value], [304, etag(user), undefined]);
    equal((await read("*")) === undefined, true);
    equal((await api.inventory.get(product.productId, { ifNoneMatch: '"7", "1"' }))?.quantity, undefined);
    equal((await read('"7"'))?.name, user.name);
  },

  async a_page_is_text_and_json_is_not(connect: Connect) {
    const api = connect();

    equal((await api.meta.getDocs()).slice(0, 15), "<!doctype html>");
    const { value, response } = await api.meta.getHealth().withResponse();
    equal([value.status, await response.text()], ["ok", '{"status":"ok"}']);
    const problem = await refused(connect("portal").users.list().first());
    equal([problem.status, problem.detail], [200, "The answer is not JSON, but text/html. Does baseUrl lead to this API?"]);
  },
};
