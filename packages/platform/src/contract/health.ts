import * as z from 'zod/mini';

/** Answer of `GET /health` with status 200: this region should receive traffic. */
export const healthySchema = z
  .object({
    ok: z.literal(true),
    region: z.string(),
    table: z.string(),
    checkedAt: z.string().register(z.globalRegistry, { format: 'date-time' }),
    latencyMs: z
      .number()
      .register(z.globalRegistry, { description: 'How long the check of the table took.' }),
  })
  .register(z.globalRegistry, {
    examples: [
      {
        ok: true,
        region: 'eu-west-1',
        table: 'gsp-main-items',
        checkedAt: '2026-11-22T17:28:03.512Z',
        latencyMs: 7,
      },
    ],
  });

/** Answer of `GET /health` with status 503: traffic should go elsewhere, for these reasons. */
export const unhealthySchema = z
  .object({
    ok: z.literal(false),
    region: z.string(),
    reasons: z.array(z.string()).register(z.globalRegistry, {
      description:
        'What failed, as <check>-<how>: how is timeout, throttled, unavailable or failed; and "evacuated" while an ' +
        'operator has taken the region out of service.',
    }),
    checkedAt: z.string().register(z.globalRegistry, { format: 'date-time' }),
  })
  .register(z.globalRegistry, {
    examples: [
      {
        ok: false,
        region: 'eu-west-1',
        reasons: ['table-write-timeout'],
        checkedAt: '2026-11-22T17:28:03.512Z',
      },
    ],
  });

/** Answer of `GET /health/live`: the function runs, and which revision it is; nothing else is said. */
export const livenessSchema = z
  .object({
    ok: z.literal(true),
    region: z.string(),
    revision: z.optional(
      z.string().register(z.globalRegistry, {
        description: 'What is deployed, such as a commit, where whoever deployed it said so.',
      }),
    ),
  })
  .register(z.globalRegistry, { examples: [{ ok: true, region: 'eu-west-1' }] });

/** Answer of `GET /health`, whatever its status. */
export type HealthResponse = Readonly<z.infer<typeof healthySchema> | z.infer<typeof unhealthySchema>>;
