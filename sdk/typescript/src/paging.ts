// Lists from their first item to their last, one page at a time.

import { ok } from "./answers.js";

interface Page<Item> {
  items: Item[];
  nextToken?: string;
}

interface PageAnswer<Item> {
  data?: Page<Item>;
  error?: unknown;
  response: Response;
}

/**
 * Every item of a list. `list` asks for one page, at the position it is given:
 * `allItems((at) => api.GET("/things", { params: { query: { limit: 100, ...at } } }))`.
 */
export async function* allItems<Item>(
  list: (at: { nextToken?: string }) => Promise<PageAnswer<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let page: Page<Item> = await ok(list({}));
  yield* page.items;
  while (page.nextToken !== undefined) {
    page = await ok(list({ nextToken: page.nextToken }));
    yield* page.items;
  }
}
