import { defineEntity } from '@gsp/platform/entities';
import * as z from 'zod';

/** Five entities of five fields, each with an index, an owner and a merge: what a team may well have. */
export const order = defineEntity({
  name: 'order',
  schema: z.object({
    customerId: z.string().max(64),
    status: z.enum(['open', 'paid']),
    total: z.int().nonnegative(),
    text: z.string().max(1_000),
    lines: z.array(z.object({ sku: z.string(), count: z.int().positive() })).default([]),
  }),
  partition: 'customerId',
  indexes: { byStatus: { partition: 'status', sort: 'createdAt' } },
  access: { owner: 'customerId' },
  merge: (mine, theirs) => ({ ...theirs, total: Math.max(mine.total, theirs.total) }),
});

export const invoice = defineEntity({
  name: 'invoice',
  schema: z.object({
    customerId: z.string().max(64),
    orderId: z.uuid(),
    due: z.iso.date(),
    cents: z.int().nonnegative(),
    paid: z.boolean().default(false),
  }),
  partition: 'customerId',
  indexes: { byDue: { partition: 'due', sort: 'cents' } },
  access: { owner: 'customerId' },
  merge: (mine, theirs) => ({ ...theirs, paid: mine.paid || theirs.paid }),
});

export const profile = defineEntity({
  name: 'profile',
  schema: z.object({
    userId: z.string().max(64),
    email: z.email(),
    name: z.string().min(1).max(200),
    language: z.enum(['de', 'en', 'fr']).default('en'),
    address: z.object({ street: z.string(), town: z.string() }).optional(),
  }),
  partition: 'userId',
  indexes: { byEmail: { partition: 'email' } },
  access: { owner: 'userId' },
  merge: (mine, theirs) => ({ ...mine, ...theirs }),
});

export const message = defineEntity({
  name: 'message',
  schema: z.object({
    room: z.string().max(64),
    author: z.string().max(64),
    text: z.string().max(4_000),
    reactions: z.record(z.string(), z.int()).default({}),
    pinned: z.boolean().optional(),
  }),
  partition: 'room',
  indexes: { byAuthor: { partition: 'author', sort: 'createdAt' } },
  life: { ttlSeconds: 86_400 },
  access: { read: 'public', owner: 'author' },
  merge: (mine, theirs) => ({ ...theirs, reactions: { ...mine.reactions, ...theirs.reactions } }),
});

export const device = defineEntity({
  name: 'device',
  schema: z.object({
    owner: z.string().max(64),
    model: z.string().max(100),
    serial: z.string().regex(/^[A-Z0-9-]{4,40}$/),
    seenAt: z.iso.datetime(),
    tags: z.array(z.string()).max(20).default([]),
  }),
  partition: 'owner',
  indexes: { byModel: { partition: 'model', sort: 'seenAt' } },
  access: { owner: 'owner' },
  merge: (mine, theirs) => (mine.seenAt > theirs.seenAt ? mine : theirs),
});
