// Lists from their first item to their last, one page at a time.

/**
 * A list that is asked for page by page as it is gone through: `for await (const user of client.users.list()) …`.
 * `limit` is how many items a page has. Throws an Error for a list that would not end, because a page leads back to one
 * before it.
 */
export class Pages<Item, Page> implements AsyncIterable<Item> {
  readonly #ask: (at?: string) => Promise<Page>;
  readonly #items: (page: Page) => readonly Item[];
  readonly #following: (page: Page) => string | null | undefined;

  constructor(
    ask: (at?: string) => Promise<Page>,
    items: (page: Page) => readonly Item[],
    following: (page: Page) => string | null | undefined,
  ) {
    this.#ask = ask;
    this.#items = items;
    this.#following = following;
  }

  /** The first page alone. */
  first(): Promise<Page> {
    return this.#ask();
  }

  /** Page by page. */
  async *pages(): AsyncGenerator<Page, void, undefined> {
    const seen = new Set<string>();
    let page = await this.#ask();
    yield page;
    for (let token = this.#following(page); token; token = this.#following(page)) {
      if (seen.has(token)) {
        throw new Error("This list does not end: a page leads back to one before it. Report it to the API's owner.");
      }
      seen.add(token);
      page = await this.#ask(token);
      yield page;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const page of this.pages()) yield* this.#items(page);
  }
}
