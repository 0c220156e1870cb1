import * as z from 'zod/mini';
import { counterExample } from './examples.ts';
import { counterIdSchema } from './item.ts';
import { limits } from './limits.ts';

const byRule = `must be a whole number from -${limits.incrementMax} to ${limits.incrementMax}`;

/** Path parameters of a counter. */
export const counterKeySchema = z.object({ id: counterIdSchema });

/** Body of `POST /counters/{id}`. */
export const incrementSchema = z
  .object({
    by: z._default(
      z
        .int({ error: byRule })
        .check(z.gte(-limits.incrementMax, { error: byRule }), z.lte(limits.incrementMax, { error: byRule }))
        .register(z.globalRegistry, { description: 'What to add; a negative number takes away.' }),
      1,
    ),
  })
  .register(z.globalRegistry, { examples: [{ by: 3 }] });

/** Answer of both counter routes: the sum of what every region has counted, as far as this region has heard. */
export const counterResponseSchema = z
  .object({ id: z.string(), value: z.int() })
  .register(z.globalRegistry, { examples: [counterExample] });

/** Answer of both counter routes. */
export type CounterResponse = Readonly<z.infer<typeof counterResponseSchema>>;
