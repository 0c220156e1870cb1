import * as z from 'zod/mini';
import { conflictExample, cursorExample } from './examples.ts';
import { itemSchema, storedPkSchema, versionSchema } from './item.ts';
import { limits } from './limits.ts';
import { cursorSchema, limitSchema, unreadableSchema } from './list-query.ts';

/** Whether an image is the mark that a deletion leaves; it then has no `data`. */
const deletedSchema = z.optional(
  z.literal(true).register(z.globalRegistry, { description: 'Present when the write was a deletion.' }),
);

/** An entry of the log as it is stored; its keys make its id. */
export const loggedConflictSchema = z.object({
  loser: z
    .extend(itemSchema, { pk: storedPkSchema, deleted: deletedSchema })
    .register(z.globalRegistry, { description: 'The dropped write, whole.' }),
  winner: z.optional(
    z
      .object({
        region: z.string(),
        version: versionSchema,
        updatedAt: z.string(),
        deleted: deletedSchema,
      })
      .register(z.globalRegistry, {
        description:
          'The write that replaced it where the loss was seen. Absent when another region had already removed ' +
          'the item, because there it had expired.',
      }),
  ),
  detectedAt: z
    .string()
    .register(z.globalRegistry, { format: 'date-time', description: 'When the loss was seen.' }),
  detectedIn: z.string().register(z.globalRegistry, { description: 'Region that saw the loss.' }),
  ttl: z.int().register(z.globalRegistry, {
    description: 'When this entry is removed from the log, in seconds since 1970.',
  }),
});

/** An entry without the id that callers name it by. */
export type LoggedConflict = Readonly<z.infer<typeof loggedConflictSchema>>;

/** Id of an entry, as the list gave it. Whether there is such an entry is found out when it is read. */
const conflictIdSchema = z.string({ error: 'must be a string' }).register(z.globalRegistry, {
  description: 'Names the entry: the same for the same lost write, in every region. Opaque.',
  pattern: '^[A-Za-z0-9_-]+$',
  minLength: 1,
  maxLength: limits.cursorCharactersMax,
  examples: [conflictExample.id],
});

/** One write that last-writer-wins dropped. */
export const conflictSchema = z
  .extend(loggedConflictSchema, { id: conflictIdSchema })
  .register(z.globalRegistry, { id: 'Conflict', examples: [conflictExample] });

/** Path parameters of one entry. */
export const conflictKeySchema = z.object({ id: conflictIdSchema });

/** One write that last-writer-wins dropped, with the version that took its place. */
export type Conflict = Readonly<z.infer<typeof conflictSchema>>;

/** Query parameters of `GET /conflicts`. */
export const conflictQuerySchema = z.object({
  pk: z.optional(storedPkSchema),
  limit: limitSchema,
  cursor: cursorSchema,
});

/**
 * Answer of `GET /conflicts`. Of one partition key: the newest dropped write first. Of all: partition key after
 * partition key.
 */
export const conflictsResponseSchema = z
  .object({
    conflicts: z.array(conflictSchema),
    unreadable: unreadableSchema,
    cursor: z.optional(
      z.string().register(z.globalRegistry, {
        description: 'Where the next page starts. A page may be short, or empty, and still have one.',
        examples: [cursorExample],
      }),
    ),
  })
  .register(z.globalRegistry, { examples: [{ conflicts: [conflictExample] }] });

/** Answer of `GET /conflicts`. */
export type ConflictsResponse = Readonly<z.infer<typeof conflictsResponseSchema>>;
