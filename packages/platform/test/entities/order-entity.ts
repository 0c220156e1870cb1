import * as z from 'zod';
import { defineEntity } from '../../src/entities/define-entity.ts';

/** The entity of the documents: a partition, an index, an owner. */
export const order = defineEntity({
  name: 'order',
  schema: z.object({
    customerId: z.string().max(64),
    status: z.enum(['open', 'paid']),
    total: z.int().nonnegative(),
    note: z.string().max(200).optional(),
    lines: z.array(z.object({ sku: z.string(), count: z.int().positive() })).default([]),
  }),
  partition: 'customerId',
  indexes: {
    byStatus: { partition: 'status', sort: 'createdAt' },
    byTotal: { partition: 'customerId', sort: 'total' },
  },
  life: 'forever',
  access: { read: 'public', write: 'token', owner: 'customerId' },
  merge: (mine, theirs) => ({ ...theirs, total: Math.max(mine.total, theirs.total) }),
});

/** The least that an entity is. */
export const note = defineEntity({ name: 'note', schema: z.object({ text: z.string().max(1_000) }) });
