import { defineRoute, type RouteContext } from '@gsp/platform/entities';
import * as z from 'zod';
import type * as entities from '../entities/index.ts';

/** A route that writes by an entity's store. */
export const payOrder = defineRoute({
  method: 'POST',
  path: '/orders/{customerId}/{id}/payment',
  access: 'public',
  summary: 'Pay an order',
  request: z.object({ customerId: z.string(), id: z.string(), by: z.string().max(100).default('cash') }),
  response: z.object({ status: z.enum(['open', 'paid']), note: z.string().optional() }),
  handle: async (context: RouteContext<typeof entities>, { by, ...key }) => {
    const { status, note } = await context.entities.order.patch(key, { status: 'paid', note: by });
    return { status, ...(note === undefined ? {} : { note }) };
  },
});

/** A route that reads by an index, with a query. */
export const totalOrders = defineRoute({
  method: 'GET',
  path: '/order-totals/{status}',
  access: 'public',
  summary: 'Sum up orders',
  request: z.object({
    status: z.enum(['open', 'paid']),
    atMost: z.coerce.number().int().min(1).max(100).default(10),
  }),
  response: z.object({ orders: z.int(), total: z.number() }),
  handle: async (context: RouteContext<typeof entities>, { status, atMost }) => {
    const { items } = await context.entities.order.query('byStatus', status, { limit: atMost });
    return { orders: items.length, total: items.reduce((sum, { total }) => sum + total, 0) };
  },
});
