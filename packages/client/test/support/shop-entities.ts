import { defineEntity } from '@gsp/platform/entities';
import * as z from 'zod';

/** An entity with everything. Tests of the client import the types of this file. */
export const order = defineEntity({
  name: 'order',
  schema: z.object({
    customerId: z.string().max(64),
    status: z.enum(['open', 'paid']),
    total: z.int().nonnegative(),
    note: z.string().optional(),
    address: z.object({ city: z.string(), zip: z.string().optional() }).optional(),
    lines: z.array(z.object({ sku: z.string(), count: z.int() })).default([]),
  }),
  partition: 'customerId',
  indexes: { byStatus: { partition: 'status' }, byTotal: { partition: 'total', sort: 'status' } },
  merge: (mine, theirs) => ({ ...theirs, note: `merged by the shop: ${mine.note}` }),
});

/** The least that an entity is, under a plural of its own. */
export const category = defineEntity({
  name: 'category',
  plural: 'categories',
  schema: z.object({ title: z.string() }),
});
