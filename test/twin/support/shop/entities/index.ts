import { defineEntity } from '@gsp/platform/entities';
import * as z from 'zod';

/** One of everything that an entity may have. */
export const order = defineEntity({
  name: 'order',
  schema: z.object({
    customerId: z.string().max(64),
    status: z.enum(['open', 'paid']),
    total: z.int().nonnegative(),
    note: z.string().optional(),
    address: z.object({ street: z.string(), town: z.string().optional() }).optional(),
    lines: z.array(z.object({ sku: z.string(), count: z.int().positive() })).default([]),
    labels: z.record(z.string(), z.json()).optional(),
  }),
  partition: 'customerId',
  indexes: {
    byStatus: { partition: 'status', sort: 'createdAt' },
    byTotal: { partition: 'total', sort: 'customerId' },
  },
  access: { read: 'public', write: 'token', owner: 'customerId' },
  merge: (mine, theirs) => ({ ...theirs, total: Math.max(mine.total, theirs.total) }),
});

/** The least that an entity is. */
export const memo = defineEntity({
  name: 'memo',
  schema: z.object({ text: z.string() }),
  life: { ttlSeconds: 600 },
  access: { read: 'public', write: 'public' },
});
