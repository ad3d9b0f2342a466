// How the TypeScript client gets an answer: attempts, waits, deadlines, and a token for each.

import { NoAnswerError, ProblemError } from "catalogue-api-client";
import { after, type Connect, duration, equal, newProduct, newUser, refused, unique } from "./claiming.mjs";

const ENDLESS = { attempts: 1000, deadline: 1000 };

export const claims = {
  async a_lost_answer_does_not_create_twice(connect: Connect) {
    for (const fault of ["answer-lost", "outcome-unknown", "cut-off", "half"]) {
      const body = newUser();

      const created = await connect(fault).users.create(body);

      const found = await connect().users.list({ email: body.email }).first();
      equal(found.items, [created]);
    }
  },

  async a_lost_answer_does_not_adjust_twice(connect: Connect) {
    const product = await connect().products.create({ ...newProduct("c"), initialQuantity: 10 });
    await connect("answer-lost").inventory.adjust(product.productId, { delta: -4 });

    equal((await connect().inventory.get(product.productId)).quantity, 6);
  },

  async retry_after_is_honoured(connect: Connect) {
    for (const fault of ["busy", "in-progress"]) {
      const waited = await duration(() => connect(fault).users.create(newUser()));

      equal(waited >= 990, true);
    }
  },

  async reads_and_writes_are_tried_again(connect: Connect) {
    const user = await connect().users.create(newUser());
    for (const fault of ["unavailable", "outcome-unknown", "cut-off", "half"]) {
      equal(await connect(fault).users.get(user.userId), user);
    }
    const changed = await connect("unavailable").users.update(user.userId, { name: "Ada King" });
    equal(changed.version, 2);
  },

  async an_api_that_stays_down_is_an_error(connect: Connect) {
    const problem = await refused(connect("down", { retry: { attempts: 3, first: 10 } }).users.list().first());

    equal([problem.status, problem.detail], [503, "Service Unavailable"]);
  },

  async what_could_be_done_twice_is_not_tried_again(connect: Connect) {
    const faults = [["outcome-unknown", ProblemError], ["cut-off", NoAnswerError]] as const;
    for (const [fault, kind] of faults.slice(0, sendsOnce() ? 2 : 1)) {
      const user = await connect().users.create(newUser());
      const api = connect(fault);

      await refused(api.users.update(user.userId, { name: "Ada King" }), kind);
      equal((await connect().users.get(user.userId)).version, 2);
      await refused(api.users.delete(user.userId), kind);
      equal((await refused(connect().users.get(user.userId))).status, 404);
    }
  },

  async an_unknown_outcome_says_so(connect: Connect) {
    const user = await connect().users.create(newUser());
    const problem = await refused(connect("outcome-unknown").users.delete(user.userId));

    equal([problem.status, problem.type], [503, "urn:problem-type:outcome-unknown"]);
  },

  async a_long_retry_after_is_not_waited_for(connect: Connect) {
    const problem = await refused(connect("busy", { retry: { longest: 500 } }).users.list().first());

    equal(problem.response.headers.get("Retry-After"), "1");
  },

  async a_deadline_is_for_the_whole_call(connect: Connect) {
    // The deadline may come amid an attempt of an API that is down, too.
    for (const [fault, names] of [["down", /ProblemError|DeadlineError/], ["hang", /DeadlineError/], ["trickle", /DeadlineError/]] as const) {
      let error: Error | undefined;
      const waited = await duration(async () => {
        error = await refused(connect(fault, { retry: ENDLESS }).users.list().first(), Error);
      });

      equal([names.test(error?.name ?? ""), waited < 5000], [true, true]);
    }
  },

  async one_call_may_have_a_deadline_of_its_own(connect: Connect) {
    const api = connect("hang");

    const waited = await duration(() => refused(api.users.list({}, { retry: { deadline: 300 } }).first(), Error));

    equal(waited < 5000, true);
  },

  async what_is_undefined_stays_as_it_was(connect: Connect) {
    const retry = { attempts: undefined, timeout: undefined, deadline: undefined } as unknown as { attempts: number };

    await connect("unavailable", { retry }).users.list().first();
    await connect("unavailable").users.list({}, { retry }).first();
    const problem = await refused(connect("later", { retry: { attempts: 1 } }).users.list({}, { retry }).first());

    equal(problem.status, 503);
  },

  async what_is_no_token_is_named(connect: Connect) {
    for (const bad of [5, { token: "t" }, ["t"], () => 5]) {
      const error = await refused(connect("none", { token: bad as unknown as string }).users.list().first(), TypeError);

      equal(error.message, "The token is to be a string, or a function that gives one.");
    }
  },

  async a_deadline_before_the_next_attempt_is_not_waited_for(connect: Connect) {
    const api = connect("later", { retry: { longest: 60_000, deadline: 20_000 } });

    const waited = await duration(() => refused(api.users.list().first()));

    equal(waited < 10_000, true);
  },

  async an_abort_ends_a_wait_at_once(connect: Connect) {
    for (const fault of ["later", "hang", "trickle"]) {
      const [controller, reason] = [new AbortController(), new Error("the user went away")];
      setTimeout(() => controller.abort(reason), 200);

      const waited = await duration(async () => {
        equal((await refused(connect(fault, { retry: { longest: 60_000 } }).users.list({}, { signal: controller.signal }).first(), Error)) === reason, true);
      });

      equal(waited < 5000, true);
    }
  },

  async an_aborted_call_sends_nothing(connect: Connect) {
    const [controller, body] = [new AbortController(), newUser()];
    controller.abort();

    const error = await refused(connect().users.create(body, { signal: controller.signal }), Error);

    equal(error.name, "AbortError");
    equal((await connect().users.list({ email: body.email }).first()).count, 0);
  },

  async a_token_may_be_a_function_asked_with_each_attempt(connect: Connect) {
    const everything = await token(connect);
    let asked = 0;
    const [now, later] = [() => (asked++, everything), async () => (asked++, await after(1), everything)];

    await connect("unavailable", { token: now }).users.list().first();
    equal(asked, 2);
    await connect("unavailable", { token: later }).users.list().first();
    equal(asked, 4);
    equal((await refused(connect("none", { token: () => undefined }).users.list().first())).status, 401);
  },

  async a_refused_token_is_asked_for_once_more(connect: Connect) {
    const tokens = ["no-such-token", await token(connect)];
    await connect("none", { token: () => tokens.shift() }).users.create(newUser());

    const bad = ["no-such-token", "no-such-token", await token(connect)];
    const problem = await refused(connect("none", { token: async () => bad.shift() }).users.list().first());

    equal([problem.status, bad.length], [401, 1]);
  },

  async an_error_of_the_token_function_is_the_callers(connect: Connect) {
    const away = new Error("the issuer of tokens is away");

    const error = await refused(connect("none", { token: () => Promise.reject(away) }).users.list().first(), Error);

    equal(error === away, true);
  },

  async a_token_function_that_never_answers_ends_with_the_call(connect: Connect) {
    const never = () => new Promise<string>(() => {});

    const waited = await duration(() =>
      refused(connect("none", { token: never, retry: { deadline: 300 } }).users.list().first(), Error),
    );

    equal(waited < 5000, true);
  },
};

/** The token that may do all, as the API is sent it. */
async function token(connect: Connect): Promise<string> {
  const { instance } = await refused(connect("echo").users.list().first());
  return (instance ?? "").replace("Bearer ", "");
}

/** Chromium, Deno and Bun send a request again, whatever its method, when a connection that they used before ends. */
function sendsOnce(): boolean {
  const { process } = globalThis as { process?: { versions: Record<string, string | undefined> } };
  return process !== undefined && process.versions["deno"] === undefined && process.versions["bun"] === undefined;
}
