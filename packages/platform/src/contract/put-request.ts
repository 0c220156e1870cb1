import * as z from 'zod/mini';
import { dataSchema } from './item.ts';
import { ttlSecondsSchema } from './write-request.ts';

/** Body of `PUT /items/{pk}/{sk}`: the item's whole new content. Without `data` the item has none afterwards. */
export const putRequestSchema = z
  .object({ data: z.optional(dataSchema), ttlSeconds: ttlSecondsSchema })
  .register(z.globalRegistry, { examples: [{ data: { message: 'hello again' }, ttlSeconds: 600 }] });
