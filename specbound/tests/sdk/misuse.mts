// Calls that must not compile: each comment expects one error, and one that finds none is an error itself.

import { allItems, Client, createClient, etag, ok } from "catalogue-api-client";

const api = createClient({ baseUrl: "https://api.example.com", token: "…" });

// @ts-expect-error: there is no such path
await api.GET("/people");
// @ts-expect-error: no such method on this path
await api.DELETE("/users");
// @ts-expect-error: the e-mail address is missing
await api.POST("/users", { body: { name: "Ada Lovelace" } });
// @ts-expect-error: a number is no name
await api.POST("/users", { body: { name: 36, email: "ada@example.com" } });
// @ts-expect-error: a user has no age
await api.POST("/users", { body: { name: "Ada Lovelace", email: "ada@example.com", age: 36 } });
// @ts-expect-error: the path's parameter is missing
await api.GET("/users/{userId}");
// @ts-expect-error: the list knows no colour
await api.GET("/users", { params: { query: { limit: 5, colour: "blue" } } });
// @ts-expect-error: this is no status
await api.GET("/users", { params: { query: { status: "asleep" } } });
// @ts-expect-error: a user has no nickname
(await ok(api.GET("/users/{userId}", { params: { path: { userId: "…" } } }))).nickname;
// @ts-expect-error: the data may be missing, as long as nobody has looked for an error
(await api.GET("/users")).data.items;
// @ts-expect-error: a health report is no list
allItems(() => api.GET("/health"));
// @ts-expect-error: text never came with an ETag
etag("text");
// @ts-expect-error: text is no price, before decimal() has made a number of it
await api.PUT("/products/{productId}", { params: { path: { productId: "…" } }, body: { price: "19.99" } });
// @ts-expect-error: whoever sends a condition may be told that nothing has changed
(await ok(api.GET("/users/{userId}", { params: { path: { userId: "…" }, header: { "If-None-Match": "*" } } }))).name;
// @ts-expect-error: a list knows no such condition
await api.GET("/users", { params: { header: { "If-None-Match": "*" } } });
// @ts-expect-error: a retry has no colour
await api.GET("/users", { retry: { colour: "blue" } });
// @ts-expect-error: a number is no token
createClient({ baseUrl: "https://api.example.com", token: () => 5 });

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
