// Lists from their first item to their last, one page at a time.

import { ok } from "./answers.js";

interface Page<Item> {
  items: Item[];
  nextToken?: string | null;
}

interface PageAnswer<Item> {
  data?: Page<Item>;
  error?: unknown;
  response: Response;
}

/**
 * Every item of a list. `list` asks for one page, at the position it is given:
 * `allItems((at) => api.GET("/things", { params: { query: { limit: 100, ...at } } }))`.
 * Throws an Error for a list that would not end, because a page leads back to one before it.
 */
export async function* allItems<Item>(
  list: (at: { nextToken?: string }) => Promise<PageAnswer<Item>>,
): AsyncGenerator<Item, void, undefined> {
  const seen = new Set<string>();
  let page: Page<Item> = await ok(list({}));
  yield* page.items;
  while (page.nextToken) {
    if (seen.has(page.nextToken)) {
      throw new Error("This list does not end: a page leads back to one before it. Report it to the API's owner.");
    }
    seen.add(page.nextToken);
    page = await ok(list({ nextToken: page.nextToken }));
    yield* page.items;
  }
}
