// Calls that must not compile: each comment expects one error, and one that finds none is an error itself.

import { Client, etag } from "catalogue-api-client";

const client = new Client({ baseUrl: "https://api.example.com", token: "…" });

// @ts-expect-error: there is no such resource
client.people.list();
// @ts-expect-error: the e-mail address is missing
await client.users.create({ name: "Ada Lovelace" });
// @ts-expect-error: a user has no age
await client.users.create({ name: "Ada Lovelace", email: "ada@example.com", age: 36 });
// @ts-expect-error: this is no status
await client.users.update("…", { status: "asleep" });
// @ts-expect-error: the user's id is missing
await client.users.get();
// @ts-expect-error: the list knows no colour
client.users.list({ colour: "blue" });
// @ts-expect-error: a list has no condition
client.users.list({}, { ifMatch: "*" });
// @ts-expect-error: whoever sends a condition may be told that nothing has changed
(await client.users.get("…", { ifNoneMatch: "*" })).name;
// @ts-expect-error: a user has no nickname
for await (const user of client.users.list()) user.nickname;
// @ts-expect-error: a number is no name
await client.users.create({ name: 36, email: "ada@example.com" });
// @ts-expect-error: a health report is no list
for await (const each of client.meta.getHealth()) each;
// @ts-expect-error: text never came with an ETag
etag("text");
// @ts-expect-error: text is no price, before decimal() has made a number of it
await client.products.update("…", { price: "19.99" });
// @ts-expect-error: a retry has no colour
client.users.list({}, { retry: { colour: "blue" } });
// @ts-expect-error: a number is no token
new Client({ baseUrl: "https://api.example.com", token: () => 5 });
// @ts-expect-error: operations are methods of resources, and nothing else sends
await client.GET("/users");
