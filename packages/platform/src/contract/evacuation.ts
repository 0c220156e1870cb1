import * as z from 'zod/mini';
import { evacuationAuditExample, evacuationExample } from './examples.ts';
import { limits } from './limits.ts';
import { unreadableSchema } from './list-query.ts';

const reasonMax = limits.evacuationReasonCharactersMax;
// Control characters (C0, C1) and halves of a character: a reason ends up in logs and on terminals.
const unprintable = /\p{Cc}|\p{Surrogate}/u;

const reasonSchema = z
  .string({ error: 'must be a string' })
  .check(
    z.trim(),
    z.refine((reason) => reason !== '' && [...reason.slice(0, 2 * reasonMax + 1)].length <= reasonMax, {
      error: `must have 1 to ${reasonMax} characters after trimming`,
    }),
    z.refine((reason) => !unprintable.test(reason), {
      error: 'must not have control characters and must be well-formed Unicode',
    }),
  )
  .register(z.globalRegistry, {
    description: 'Why, for whoever reads the audit trail.',
    minLength: 1,
    maxLength: reasonMax,
  });

const expiryRule = `must be a whole number from ${limits.evacuationSecondsMin} to ${limits.evacuationSecondsMax}`;

/** Path parameters of one region's evacuation. Which regions there are is the stage's to say, not the schema's. */
export const evacuationKeySchema = z.object({
  region: z
    .string({ error: 'must be a string' })
    .check(z.minLength(1))
    .register(z.globalRegistry, {
      description: 'Region that is, or is to be, out of service.',
      examples: [evacuationExample.region],
    }),
});

/** Body of `PUT /control/evacuations/{region}`. */
export const evacuationRequestSchema = z
  .object({
    reason: reasonSchema,
    expiresInSeconds: z
      .int({ error: expiryRule })
      .check(
        z.gte(limits.evacuationSecondsMin, { error: expiryRule }),
        z.lte(limits.evacuationSecondsMax, { error: expiryRule }),
      )
      .register(z.globalRegistry, { description: 'After this time the region is in service again.' }),
  })
  .register(z.globalRegistry, { examples: [{ reason: 'bad deployment', expiresInSeconds: 1800 }] });

const timeSchema = z.string().register(z.globalRegistry, { format: 'date-time' });

/** One region's evacuation, in force or not any more, as the region that answers knows it. */
export const evacuationSchema = z
  .object({
    region: z.string().register(z.globalRegistry, { description: 'Region that is out of service.' }),
    reason: z.string(),
    issuedBy: z.string().register(z.globalRegistry, { description: 'ARN of the operator.' }),
    issuedIn: z.string().register(z.globalRegistry, { description: 'Region that was asked.' }),
    issuedAt: z
      .string()
      .register(z.globalRegistry, { format: 'date-time', description: 'Since when; kept by a renewal.' }),
    expiresAt: timeSchema,
    endedAt: z.optional(timeSchema),
    endedBy: z.optional(z.string()),
    inForce: z.boolean().register(z.globalRegistry, {
      description:
        'False when it has expired or was ended, or when it is void: by older ones it would have left no region in ' +
        'service. Void is final.',
    }),
  })
  .register(z.globalRegistry, { id: 'Evacuation', examples: [evacuationExample] });

/** One region's evacuation, as the API answers it. */
export type EvacuationView = Readonly<z.infer<typeof evacuationSchema>>;

/** One entry of the audit trail. What is in force follows from these. */
export const evacuationAuditSchema = z
  .object({
    id: z.string(),
    act: z.enum(['evacuate', 'restore']),
    region: z.string(),
    by: z.string().register(z.globalRegistry, { description: 'ARN of the operator.' }),
    askedIn: z.string().register(z.globalRegistry, { description: 'Region that was asked.' }),
    at: timeSchema,
    reason: z.optional(z.string()),
    expiresAt: z.optional(timeSchema),
  })
  .register(z.globalRegistry, { examples: [evacuationAuditExample] });

/** One entry of the audit trail, as the API answers it. */
export type EvacuationAuditView = Readonly<z.infer<typeof evacuationAuditSchema>>;

/**
 * Answer of `GET /control/evacuations/{region}` with status 200: the region is to get no traffic. Anyone may ask, so
 * neither reason nor operator is told.
 */
export const evacuatedSchema = z
  .object({ evacuated: z.literal(true), region: z.string(), expiresAt: timeSchema })
  .register(z.globalRegistry, {
    examples: [{ evacuated: true, region: 'eu-central-1', expiresAt: evacuationExample.expiresAt }],
  });

/** Answer of `GET /control/evacuations/{region}` with status 200. */
export type EvacuatedResponse = Readonly<z.infer<typeof evacuatedSchema>>;

/** Answer of `PUT /control/evacuations/{region}`. */
export const evacuationResponseSchema = z
  .object({ evacuation: evacuationSchema })
  .register(z.globalRegistry, { examples: [{ evacuation: evacuationExample }] });

/** Answer of `PUT /control/evacuations/{region}`. */
export type EvacuationResponse = Readonly<z.infer<typeof evacuationResponseSchema>>;

/** Answer of `GET /control/evacuations`: the last evacuation of each region, of nine days, and the newest entries of the audit trail. */
export const evacuationsResponseSchema = z
  .object({
    evacuations: z.array(evacuationSchema).register(z.globalRegistry, {
      description: "Each region's last one of the last nine days.",
    }),
    unreadable: unreadableSchema,
    audit: z.array(evacuationAuditSchema).register(z.globalRegistry, {
      description: `Newest first, at most ${limits.evacuationAuditEntriesMax}, of the last 90 days.`,
    }),
  })
  .register(z.globalRegistry, {
    examples: [{ evacuations: [evacuationExample], audit: [evacuationAuditExample] }],
  });

/** Answer of `GET /control/evacuations`. */
export type EvacuationsResponse = Readonly<z.infer<typeof evacuationsResponseSchema>>;
