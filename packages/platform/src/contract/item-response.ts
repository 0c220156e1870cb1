import * as z from 'zod/mini';
import { conflictSchema } from './conflict.ts';
import { itemSchema } from './item.ts';

/** Answer of `GET /items/{pk}/{sk}`. */
export const itemResponseSchema = z.object({
  item: itemSchema,
  superseded: z.optional(conflictSchema),
});

/**
 * Answer of `GET /items/{pk}/{sk}`. `superseded` is there when the session asked for a write that
 * last-writer-wins has dropped: the entry of the conflict log that holds it. `item` does not include that write.
 */
export type ItemResponse = Readonly<z.infer<typeof itemResponseSchema>>;

/** Answer of `PUT /items/{pk}/{sk}`. */
export const putResponseSchema = z.object({ item: itemSchema });

/** Answer of `PUT /items/{pk}/{sk}`. */
export type PutResponse = Readonly<z.infer<typeof putResponseSchema>>;
