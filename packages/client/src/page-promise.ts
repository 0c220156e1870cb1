import type { AnswerFacts, PageEnd } from './platform-client.ts';

/** One page of a list. */
export type Page<T> = PageEnd & { readonly items: readonly T[]; readonly answer: AnswerFacts };

/**
 * A page of a list that is asked for, and everything from there on: `await` gives the page, `for await` each item of it and
 * of the pages behind, asked for one by one.
 *
 * What is iterated over leaves records out that another program wrote; a page names them (`unreadable`).
 */
export type PagePromise<T> = Promise<Page<T>> & AsyncIterable<T>;

/**
 * Asks for a page.
 *
 * @param ask - asks for the page that begins at a cursor; undefined for the one that the caller named
 */
export function askPage<T>(ask: (cursor: string | undefined) => Promise<Page<T>>): PagePromise<T> {
  const first = ask(undefined);
  return Object.assign(first, {
    async *[Symbol.asyncIterator]() {
      let page = await first;
      for (;;) {
        yield* page.items;
        if (page.cursor === undefined) return;
        page = await ask(page.cursor);
      }
    },
  });
}
