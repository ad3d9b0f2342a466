// What the TypeScript client does for its user: errors and ETags.

import { etag } from "catalogue-api-client";
import { type Connect, equal, newUser, refused, sorted } from "./claiming.mjs";

export const claims = {
  async a_conflict_is_a_typed_error(connect: Connect) {
    const [api, body] = [connect(), newUser()];
    await api.users.create(body);

    const problem = await refused(api.users.create(body));

    equal([problem.status, problem.type], [409, "urn:problem-type:email-taken"]);
    equal(problem.message, `409 ${problem.detail} (request ${problem.requestId})`);
  },

  async every_violation_is_named(connect: Connect) {
    const problem = await refused(connect().users.create({ name: "A", email: "nowhere" }));

    equal(sorted(problem.violations.map((each) => each.pointer)), ["/email", "/name"]);
    equal(
      problem.violations.filter((each) => problem.message.includes(`\n  body ${each.pointer}: ${each.detail}`)).length,
      problem.violations.length,
    );
  },

  async a_gateways_own_refusal_is_the_same_error(connect: Connect) {
    const problem = await refused(connect("none", { token: "no-such-token" }).users.list().first());

    equal([problem.status, problem.detail], [401, "Unauthorized"]);
  },

  async an_etag_travels_from_read_to_write(connect: Connect) {
    const api = connect();
    const read = await api.users.create(newUser());
    const theirs = await api.users.get(read.userId);
    const rename = (name: string, tag: string) =>
      api.users.update(read.userId, { name }, { ifMatch: tag });
    await rename("Theirs", etag(theirs));

    const mine = await refused(rename("Mine", etag(read)));

    equal(mine.status, 412);
    equal((await api.users.get(read.userId)).name, "Theirs");
  },

  async an_object_without_an_etag_says_so(connect: Connect) {
    const page = await connect().users.list().first();

    const error = await refused(Promise.resolve().then(() => etag(page)), TypeError);

    equal(error.message, "This object has no ETag: get it by its id first.");
  },
};
