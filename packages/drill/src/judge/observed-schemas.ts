import { z } from 'zod';
import type { ObservedConflict, ObservedItem } from './history.ts';

const versionSchema = z.record(z.string(), z.number());

/** What judging needs of an item; anything else that the API may say is left out. */
const itemSchema: z.ZodType<ObservedItem> = z.object({
  pk: z.string(),
  sk: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  ttl: z.number(),
  region: z.string(),
  version: versionSchema,
  deleted: z.exactOptional(z.boolean()),
  data: z.exactOptional(z.unknown()),
});

const conflictSchema: z.ZodType<ObservedConflict> = z.object({
  loser: itemSchema,
  winner: z.exactOptional(
    z.object({
      region: z.string(),
      version: versionSchema,
      updatedAt: z.string(),
      deleted: z.exactOptional(z.boolean()),
    }),
  ),
  detectedAt: z.string(),
  detectedIn: z.string(),
});

/** What judging needs of any answer, a problem included. */
export const answerSchema = z.object({
  item: z.exactOptional(itemSchema),
  superseded: z.exactOptional(conflictSchema),
  value: z.exactOptional(z.number()),
  type: z.exactOptional(z.string()),
  region: z.exactOptional(z.string()),
});

/** A page of a list, of items or of conflicts. */
export const pageSchema = z.object({
  items: z.exactOptional(z.array(itemSchema)),
  conflicts: z.exactOptional(z.array(conflictSchema)),
  cursor: z.exactOptional(z.string()),
});

/** A counter's answer. */
export const counterSchema = z.object({ value: z.number() });
