// Who calls both versions, by the client of the whole contract.
import assert from "node:assert/strict";
import { Client } from "editions-client";

const [baseUrl, token] = process.argv.slice(2);
const client = new Client({ baseUrl, token });
const made = await client.books.add({ title: "Odes", author: "John Keats" });
const earlier = await client.v1.books.get(made.bookId);
assert.equal(earlier.name, "Odes");
