import * as z from 'zod/mini';
import { conflictSchema } from './conflict.ts';
import { itemExample, writeRequestExample } from './examples.ts';
import { dataSchema, itemSchema, pkSchema } from './item.ts';
import { limits } from './limits.ts';

/** Partition key of a write that names none. */
const defaultPk = 'demo';

const ttlRule = `must be null or a whole number from 1 to ${limits.ttlSecondsMax}`;

/** Life that a writer asks for. */
const ttlSecondsSchema = z.optional(
  z
    .nullable(
      z
        .int({ error: ttlRule })
        .check(z.gte(1, { error: ttlRule }), z.lte(limits.ttlSecondsMax, { error: ttlRule })),
    )
    .register(z.globalRegistry, {
      description:
        'Life of the item from now on, in seconds; null: for ever. Without it a new item lives as long as the stage ' +
        'says, and an item that is there keeps its "ttl".',
    }),
);

/** Body of `POST /write`. Members that are not listed here are ignored, so that clients may be newer than servers. */
export const writeRequestSchema = z
  .object({
    pk: z._default(pkSchema, defaultPk),
    data: z.optional(dataSchema),
    ttlSeconds: ttlSecondsSchema,
  })
  .register(z.globalRegistry, { examples: [writeRequestExample] });

/** Answer of `POST /write`. */
export const writeResponseSchema = z
  .object({ written: z.literal(true), item: itemSchema })
  .register(z.globalRegistry, { examples: [{ written: true, item: itemExample }] });

/** Answer of `POST /write`. */
export type WriteResponse = Readonly<z.infer<typeof writeResponseSchema>>;

/** Body of `PUT /items/{pk}/{sk}`: the item's whole new content. Without `data` the item has none afterwards. */
export const putRequestSchema = z
  .object({ data: z.optional(dataSchema), ttlSeconds: ttlSecondsSchema })
  .register(z.globalRegistry, { examples: [{ data: { message: 'hello again' }, ttlSeconds: 600 }] });

/** Body of `PATCH /items/{pk}/{sk}`: a JSON Merge Patch (RFC 7396) of what `PUT` takes. Null removes what it stands for. */
export const patchRequestSchema = z
  .object({
    data: z.optional(dataSchema).register(z.globalRegistry, {
      description:
        "A JSON Merge Patch of the item's data: members replace, objects are merged, null removes. Without it the data " +
        'stay as they are.',
    }),
    ttlSeconds: ttlSecondsSchema,
  })
  .register(z.globalRegistry, { examples: [{ data: { message: 'hello again', draft: null } }] });

/** Answer of `PUT` and `PATCH /items/{pk}/{sk}`. */
export const putResponseSchema = z
  .object({ item: itemSchema })
  .register(z.globalRegistry, { examples: [{ item: itemExample }] });

/** Answer of `PUT` and `PATCH /items/{pk}/{sk}`. */
export type PutResponse = Readonly<z.infer<typeof putResponseSchema>>;

/** Answer of `GET /items/{pk}/{sk}`. */
export const itemResponseSchema = z
  .object({ item: itemSchema, superseded: z.optional(conflictSchema) })
  .register(z.globalRegistry, { examples: [{ item: itemExample }] });

/**
 * Answer of `GET /items/{pk}/{sk}`. `superseded` is there when the session asked for a write that
 * last-writer-wins has dropped: the entry of the conflict log that holds it. `item` does not include that write.
 */
export type ItemResponse = Readonly<z.infer<typeof itemResponseSchema>>;
