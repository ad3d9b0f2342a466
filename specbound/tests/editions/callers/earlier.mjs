// A team that stays with version 1, and its client: built of that version, it has the names that it always had.
import assert from "node:assert/strict";
import { Client } from "editions-client";

const [baseUrl, token] = process.argv.slice(2);
const client = new Client({ baseUrl, token });
const made = await client.books.add({ name: "Emma" });
assert.deepEqual(await client.books.get(made.bookId), made);
