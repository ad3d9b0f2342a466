// How the TypeScript client gets an answer: attempts, waits, deadlines, and a token for each.

import { NoAnswerError, ok, ProblemError } from "catalogue-api-client";
import { after, type Connect, duration, equal, newProduct, newUser, refused, unique } from "./claiming.mjs";

const ENDLESS = { attempts: 1000, deadline: 1000 };

export const claims = {
  async a_lost_answer_does_not_create_twice(connect: Connect) {
    for (const fault of ["answer-lost", "outcome-unknown", "cut-off", "half"]) {
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
    const request = { body: newUser(), params: { header: { "Idempotency-Key": unique("key") } } };

    const first = await ok(connect().POST("/users", request));

    equal(await ok(connect().POST("/users", request)), first);
  },

  async retry_after_is_honoured(connect: Connect) {
    for (const fault of ["busy", "in-progress"]) {
      const waited = await duration(() => ok(connect(fault).POST("/users", { body: newUser() })));

      equal(waited >= 990, true);
    }
  },

  async reads_and_writes_are_tried_again(connect: Connect) {
    const user = await ok(connect().POST("/users", { body: newUser() }));
    const params = { path: { userId: user.userId } };

    for (const fault of ["unavailable", "outcome-unknown", "cut-off", "half"]) {
      equal(await ok(connect(fault).GET("/users/{userId}", { params })), user);
    }
    const changed = await ok(connect("unavailable").PUT("/users/{userId}", { params, body: { name: "Ada King" } }));
    equal(changed.version, 2);
  },

  async an_api_that_stays_down_is_an_error(connect: Connect) {
    const problem = await refused(ok(connect("down", { retry: { attempts: 3, first: 10 } }).GET("/users")));

    equal([problem.status, problem.detail], [503, "Service Unavailable"]);
  },

  async what_could_be_done_twice_is_not_tried_again(connect: Connect) {
    const faults = [["outcome-unknown", ProblemError], ["cut-off", NoAnswerError]] as const;
    // Chromium itself sends a request again, whatever its method, when a connection that it used before ends.
    for (const [fault, kind] of faults.slice(0, "process" in globalThis ? 2 : 1)) {
      const user = await ok(connect().POST("/users", { body: newUser() }));
      const [params, api] = [{ path: { userId: user.userId } }, connect(fault)];

      await refused(ok(api.PUT("/users/{userId}", { params, body: { name: "Ada King" } })), kind);
      equal((await ok(connect().GET("/users/{userId}", { params }))).version, 2);
      await refused(ok(api.DELETE("/users/{userId}", { params })), kind);
      equal((await refused(ok(connect().GET("/users/{userId}", { params })))).status, 404);
    }
  },

  async an_unknown_outcome_says_so(connect: Connect) {
    const user = await ok(connect().POST("/users", { body: newUser() }));
    const params = { path: { userId: user.userId } };

    const problem = await refused(ok(connect("outcome-unknown").DELETE("/users/{userId}", { params })));

    equal([problem.status, problem.type], [503, "urn:problem-type:outcome-unknown"]);
  },

  async a_long_retry_after_is_not_waited_for(connect: Connect) {
    const problem = await refused(ok(connect("busy", { retry: { longest: 500 } }).GET("/users")));

    equal(problem.response.headers.get("Retry-After"), "1");
  },

  async a_deadline_is_for_the_whole_call(connect: Connect) {
    // The deadline may come amid an attempt of an API that is down, too.
    for (const [fault, names] of [["down", /ProblemError|DeadlineError/], ["hang", /DeadlineError/], ["trickle", /DeadlineError/]] as const) {
      let error: Error | undefined;
      const waited = await duration(async () => {
        error = await refused(ok(connect(fault, { retry: ENDLESS }).GET("/users")), Error);
      });

      equal([names.test(error?.name ?? ""), waited < 5000], [true, true]);
    }
  },

  async one_call_may_have_a_deadline_of_its_own(connect: Connect) {
    const api = connect("hang");

    const waited = await duration(() => refused(api.GET("/users", { retry: { deadline: 300 } }), Error));

    equal(waited < 5000, true);
  },

  async what_is_undefined_stays_as_it_was(connect: Connect) {
    const retry = { attempts: undefined, timeout: undefined, deadline: undefined } as unknown as { attempts: number };

    await ok(connect("unavailable", { retry }).GET("/users"));
    await ok(connect("unavailable").GET("/users", { retry }));
    const problem = await refused(ok(connect("later", { retry: { attempts: 1 } }).GET("/users", { retry })));

    equal(problem.status, 503);
  },

  async what_is_no_token_is_named(connect: Connect) {
    for (const bad of [5, { token: "t" }, ["t"], () => 5]) {
      const error = await refused(connect("none", { token: bad as unknown as string }).GET("/users"), TypeError);

      equal(error.message, "The token is to be a string, or a function that gives one.");
    }
  },

  async a_deadline_before_the_next_attempt_is_not_waited_for(connect: Connect) {
    const api = connect("later", { retry: { longest: 60_000, deadline: 20_000 } });

    const waited = await duration(() => refused(ok(api.GET("/users"))));

    equal(waited < 10_000, true);
  },

  async an_abort_ends_a_wait_at_once(connect: Connect) {
    for (const fault of ["later", "hang", "trickle"]) {
      const [controller, reason] = [new AbortController(), new Error("the user went away")];
      setTimeout(() => controller.abort(reason), 200);

      const waited = await duration(async () => {
        equal((await refused(connect(fault, { retry: { longest: 60_000 } }).GET("/users", { signal: controller.signal }), Error)) === reason, true);
      });

      equal(waited < 5000, true);
    }
  },

  async an_aborted_call_sends_nothing(connect: Connect) {
    const [controller, body] = [new AbortController(), newUser()];
    controller.abort();

    const error = await refused(connect().POST("/users", { body, signal: controller.signal }), Error);

    equal(error.name, "AbortError");
    equal((await ok(connect().GET("/users", { params: { query: { email: body.email } } }))).count, 0);
  },

  async a_token_may_be_a_function_asked_with_each_attempt(connect: Connect) {
    const everything = await token(connect);
    let asked = 0;
    const [now, later] = [() => (asked++, everything), async () => (asked++, await after(1), everything)];

    await ok(connect("unavailable", { token: now }).GET("/users"));
    equal(asked, 2);
    await ok(connect("unavailable", { token: later }).GET("/users"));
    equal(asked, 4);
    equal((await refused(ok(connect("none", { token: () => undefined }).GET("/users")))).status, 401);
  },

  async a_refused_token_is_asked_for_once_more(connect: Connect) {
    const tokens = ["no-such-token", await token(connect)];
    await ok(connect("none", { token: () => tokens.shift() }).POST("/users", { body: newUser() }));

    const bad = ["no-such-token", "no-such-token", await token(connect)];
    const problem = await refused(ok(connect("none", { token: async () => bad.shift() }).GET("/users")));

    equal([problem.status, bad.length], [401, 1]);
  },

  async an_error_of_the_token_function_is_the_callers(connect: Connect) {
    const away = new Error("the issuer of tokens is away");

    const error = await refused(connect("none", { token: () => Promise.reject(away) }).GET("/users"), Error);

    equal(error === away, true);
  },

  async a_token_function_that_never_answers_ends_with_the_call(connect: Connect) {
    const never = () => new Promise<string>(() => {});

    const waited = await duration(() =>
      refused(connect("none", { token: never, retry: { deadline: 300 } }).GET("/users"), Error),
    );

    equal(waited < 5000, true);
  },
};

/** The token that may do all, as the API is sent it. */
async function token(connect: Connect): Promise<string> {
  const { instance } = await refused(ok(connect("echo").GET("/users")));
  return (instance ?? "").replace("Bearer ", "");
}
