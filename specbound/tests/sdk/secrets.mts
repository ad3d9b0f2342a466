// What the TypeScript client never shows, and what its errors do.

import { Client, ProblemError } from "catalogue-api-client";
import { type Connect, equal, refused } from "./claiming.mjs";

const SECRET = "s3cr3t";

export const claims = {
  async a_client_shows_no_secret() {
    const api = new Client({ baseUrl: "https://api.example.com", token: SECRET });

    equal((await shown(api)).includes(SECRET), false);
  },

  async an_error_shows_no_secret(connect: Connect) {
    for (const fault of ["none", "cut-off", "hang"]) {
      const api = connect(fault, { token: SECRET, retry: { attempts: 1, deadline: 500 } });

      const error = await refused(api.users.list().first(), Error);

      equal((await shown(error)).includes(SECRET), false);
    }
  },

  async a_token_that_no_header_carries_is_not_shown(connect: Connect) {
    for (const bad of ["\n", "é", "\0", " ", "\r\nX-Admin: 1", "…"]) {
      for (const token of [`${SECRET}${bad}`, () => `${SECRET}${bad}`, async () => `${SECRET}${bad}`]) {
        const error = await refused(connect("none", { token }).users.list().first(), TypeError);

        equal(error.message.includes("no header can carry"), true);
        equal((await shown(error)).includes(SECRET), false);
      }
    }
  },

  async a_password_in_the_address_is_refused_and_not_shown() {
    const schemes = ["https://", "HTTPS://", " https://", "\thttps://", "ht\ntps://", "https:", "https:/", "https:///", "https:\\\\", "//"];
    for (const [scheme, host] of schemes.flatMap((each) => ["api.example.com", "["].map((host) => [each, host] as const))) {
      for (const user of [`ada:${SECRET}`, SECRET, `:${SECRET}`]) {
        const connect = async () => new Client({ baseUrl: `${scheme}${user}@${host}` });

        const error = await refused(connect(), TypeError);

        equal(error.message.includes("token"), true);
        equal((await shown(error)).includes(SECRET), false);
      }
    }
    for (const baseUrl of ["https://a.example/~ada@home", "/@ada/api", "https://a.example?to=ada@b.example", "https://a.example"]) {
      new Client({ baseUrl });
    }
  },

  async an_error_names_its_request(connect: Connect) {
    const api = await refused(connect("named").users.list().first());
    const gateway = await refused(connect("gateway").users.list().first());
    const nobody = new ProblemError(new Response("", { status: 503, statusText: "Away" }), "");

    equal([api.requestId, api.message], ["of-the-api", "404 There is none. (request of-the-api)"]);
    equal([gateway.requestId, gateway.message], ["of-the-gateway=", "403 Forbidden (request of-the-gateway=)"]);
    equal([nobody.requestId, nobody.message], [undefined, "503 Away"]);
  },

  async an_error_is_made_of_whatever_came() {
    for (const body of [null, "", [], { detail: null }, { errors: ["x", null] }, { message: 5 }]) {
      const problem = new ProblemError(new Response("", { status: 503, statusText: "Away" }), body);

      equal([problem.message, problem.violations], ["503 Away", []]);
    }
  },
};

/** All that a log may show of it. */
async function shown(value: unknown): Promise<string> {
  const texts = [String(value), JSON.stringify(value), value instanceof Error ? `${value.stack}` : ""];
  if (typeof value === "object" && value !== null) texts.push(...Reflect.ownKeys(value).map((key) => String(Reflect.get(value, key))));
  if (!("process" in globalThis)) return texts.join();
  const { inspect } = (await import("node:util" as string)) as { inspect: (value: unknown, options: object) => string };
  return [...texts, inspect(value, { depth: 20, showHidden: true })].join();
}
