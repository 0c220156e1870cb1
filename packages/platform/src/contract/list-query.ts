import * as z from 'zod/mini';
import { cursorExample, itemExample } from './examples.ts';
import { itemSchema } from './item.ts';
import { limits } from './limits.ts';

const limitRule = `must be a whole number from 1 to ${limits.listLimitMax}`;

/** Page size of a list. */
export const limitSchema = z._default(
  z
    .int({ error: limitRule })
    .check(z.gte(1, { error: limitRule }), z.lte(limits.listLimitMax, { error: limitRule }))
    .register(z.globalRegistry, { description: 'Most entries on the page.', examples: [10] }),
  limits.listLimitDefault,
);

/** Where a page of a list starts. Whether it is one of this list is found out when it is read. */
export const cursorSchema = z.optional(
  z.string({ error: 'must be a string' }).register(z.globalRegistry, {
    description: 'The "cursor" of the previous page of the same list.',
    pattern: '^[A-Za-z0-9_-]+$',
    maxLength: limits.cursorCharactersMax,
    examples: [cursorExample],
  }),
);

/** Query parameters of `GET /items/{pk}`. */
export const listQuerySchema = z.object({
  limit: limitSchema,
  cursor: cursorSchema,
});

/** Keys of records in a list that this API did not write. */
export const unreadableSchema = z.optional(
  z.array(z.object({ pk: z.string(), sk: z.string() })).register(z.globalRegistry, {
    description:
      'Keys of records on this page that another program wrote into the table, in the order of the list. Each counts ' +
      'as an entry of the page.',
  }),
);

/** Answer of `GET /items/{pk}`: newest first. Without `cursor` it is the last page. */
export const listResponseSchema = z
  .object({
    items: z.array(itemSchema),
    unreadable: unreadableSchema,
    cursor: z.optional(
      z.string().register(z.globalRegistry, {
        description:
          'Where the next page starts. A page may hold fewer items than asked for and still have one.',
        examples: [cursorExample],
      }),
    ),
  })
  .register(z.globalRegistry, { examples: [{ items: [itemExample], cursor: cursorExample }] });

/** Answer of `GET /items/{pk}`. */
export type ListResponse = Readonly<z.infer<typeof listResponseSchema>>;
