import * as z from 'zod/mini';
import { counterExample, itemExample } from './examples.ts';
import { findUnstorable, isStorable, type JsonValue } from './json-value.ts';
import { limits } from './limits.ts';

/** First characters of the partition keys that the platform keeps for itself. */
export const systemKeyPrefix = 'sys#';

const loneSurrogate = /\p{Surrogate}/u;

function isKey(value: string, charactersMax: number): boolean {
  const characters = [...value.slice(0, 2 * charactersMax + 1)].length;
  return characters >= 1 && characters <= charactersMax && !loneSurrogate.test(value);
}

const keyRule = 'must be well-formed Unicode';

function partitionKeySchema(charactersMax: number) {
  return z
    .string({ error: 'must be a string' })
    .check(
      z.trim(),
      z.refine((pk) => isKey(pk, charactersMax), {
        error: `must have 1 to ${charactersMax} characters after trimming, ${keyRule}`,
      }),
      z.refine((pk) => !pk.startsWith(systemKeyPrefix), {
        error: `must not start with "${systemKeyPrefix}", which marks the platform's own records`,
      }),
    )
    .register(z.globalRegistry, {
      description: 'Partition key; items with the same key form one list.',
      examples: [itemExample.pk],
      minLength: 1,
      maxLength: charactersMax,
    });
}

/** A user's partition key: trimmed, 1 to 64 Unicode characters, outside the platform's own `sys#` keys. */
export const pkSchema = partitionKeySchema(limits.pkCharactersMax);

/** A partition key as it is stored: a user's, or one of an entity, which begins with the entity's name. */
export const storedPkSchema = partitionKeySchema(limits.storedPkCharactersMax);

/** Name of a counter: 1 to 64 Unicode characters. */
export const counterIdSchema = z
  .string({ error: 'must be a string' })
  .check(
    z.refine((id) => isKey(id, limits.pkCharactersMax), {
      error: `must have 1 to ${limits.pkCharactersMax} characters, ${keyRule}`,
    }),
  )
  .register(z.globalRegistry, {
    description: 'Name of the counter.',
    examples: [counterExample.id],
    minLength: 1,
    maxLength: limits.pkCharactersMax,
  });

/** A sort key: 1 to 128 Unicode characters. The server makes UUIDv7 keys, which sort by time (RFC 9562). */
export const skSchema = z
  .string({ error: 'must be a string' })
  .check(
    z.refine((sk) => isKey(sk, limits.skCharactersMax), {
      error: `must have 1 to ${limits.skCharactersMax} characters, ${keyRule}`,
    }),
  )
  .register(z.globalRegistry, {
    description: 'Sort key. Keys made by the server are UUIDv7 and so sort by time.',
    examples: [itemExample.sk],
    minLength: 1,
    maxLength: limits.skCharactersMax,
  });

/** Any JSON value that DynamoDB keeps exactly; see {@link findUnstorable}. */
export const dataSchema = z
  .custom<JsonValue>()
  .check((context) => {
    for (const { path, message } of findUnstorable(context.value)) {
      context.issues.push({ code: 'custom', input: context.value, path: [...path], message });
    }
  })
  .register(z.globalRegistry, {
    description:
      `Any JSON value that is kept exactly: at most ${limits.dataDepthMax} levels; numbers are 0 or of magnitude 1e-130 ` +
      'to below 1e126, with at most 17 significant digits, whole numbers at most 2^53-1; names are not empty, and none ' +
      'comes twice in an object.',
  });

/** The content of an item that was written before, perhaps by an earlier version of this API. */
const storedDataSchema = z
  .custom<JsonValue>((value) => isStorable(value), { error: 'must be a JSON value' })
  .register(z.globalRegistry, { description: 'Any JSON value.' });

/** A version vector: how far each region's writes to the item have come. */
export const versionSchema = z
  .record(z.string().check(z.minLength(1)), z.int().check(z.positive()))
  .register(z.globalRegistry, {
    description:
      "Version vector: each region's count. It is when the region's latest write that this version builds on was " +
      'made, in microseconds since 1970 by that region, and grows with each.',
  });

/** An item as callers see it. */
export const itemSchema = z
  .object({
    pk: pkSchema,
    sk: skSchema,
    createdAt: z.string().register(z.globalRegistry, {
      format: 'date-time',
      description: 'When the item was written first: UTC, milliseconds.',
    }),
    updatedAt: z.string().register(z.globalRegistry, {
      format: 'date-time',
      description: 'When the item was written last: UTC, milliseconds.',
    }),
    ttl: z.optional(
      z.int().register(z.globalRegistry, {
        description: 'When the item expires, in seconds since 1970. Absent: never.',
      }),
    ),
    region: z.string().register(z.globalRegistry, { description: 'Region that wrote the item last.' }),
    version: versionSchema,
    data: z.optional(storedDataSchema),
  })
  .register(z.globalRegistry, { id: 'Item', examples: [itemExample] });

/** An item as callers see it; `ttl` in seconds since 1970, times in ISO 8601 with milliseconds, UTC. */
export type Item = Readonly<z.infer<typeof itemSchema>>;

/** The two keys that name an item. */
export type ItemKey = Pick<Item, 'pk' | 'sk'>;

/** Path parameters of one item. */
export const itemKeySchema = z.object({ pk: pkSchema, sk: skSchema });

/** The two keys of an item as they are stored. */
export const storedKeySchema = z.object({ pk: storedPkSchema, sk: skSchema });

/** Path parameters of a list. */
export const itemListKeySchema = z.object({ pk: pkSchema });
