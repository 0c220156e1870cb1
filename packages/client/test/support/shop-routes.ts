import { defineRoute } from '@gsp/platform/entities';
import * as z from 'zod';

/** A route that writes. */
export const shipOrder = defineRoute({
  method: 'POST',
  path: '/orders/{customerId}/{id}/shipments',
  request: z.object({ customerId: z.string(), id: z.string(), carrier: z.enum(['post', 'bike']).optional() }),
  response: z.object({ trackingId: z.string() }),
  handle: (_context: object, { id }) => ({ trackingId: `t-${id}` }),
});

/** One that reads, and answers with a list. */
export const topSellers = defineRoute({
  method: 'GET',
  path: '/top-sellers/{year}',
  request: z.object({ year: z.number(), limit: z.number().optional(), isOpen: z.boolean().optional() }),
  response: z.array(z.string()),
  access: 'public',
  handle: () => [],
});
