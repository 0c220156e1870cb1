import * as z from 'zod/mini';
import { conflictSchema } from './conflict.ts';
import { problemScopes } from './problems.ts';

/** Body of every error: `application/problem+json` (RFC 9457) with what a caller needs to act. */
export const problemSchema = z.object({
  type: z
    .string()
    .register(z.globalRegistry, { format: 'uri', description: 'Identifies the kind of problem.' }),
  title: z.string(),
  scope: z.enum(problemScopes).register(z.globalRegistry, {
    description:
      'What it speaks of: this request as it was sent, what lies under its key, or the region that answered.',
  }),
  status: z.int(),
  detail: z.string().register(z.globalRegistry, { description: 'What went wrong this time.' }),
  message: z.string().register(z.globalRegistry, {
    description: 'The same as "detail", where clients of API Gateway look for it.',
  }),
  retryable: z
    .boolean()
    .register(z.globalRegistry, { description: 'Whether the same request may succeed later.' }),
  remedy: z.string().register(z.globalRegistry, { description: 'What the caller can do.' }),
  correlationId: z.string().register(z.globalRegistry, { description: 'Finds the request in the logs.' }),
  region: z.optional(
    z.string().register(z.globalRegistry, { description: 'Region that has what was asked for.' }),
  ),
  key: z.optional(
    z
      .object({ pk: z.string(), sk: z.string() })
      .register(z.globalRegistry, { description: 'Key of the record that another program wrote.' }),
  ),
  serverTime: z.optional(
    z.string().register(z.globalRegistry, {
      format: 'date-time',
      description: "The region's clock, where the request's own time is the problem.",
    }),
  ),
  superseded: z.optional(conflictSchema),
  errors: z.optional(
    z.array(
      z.object({
        path: z.string().register(z.globalRegistry, { description: 'JSON Pointer (RFC 6901) to the fault.' }),
        message: z.string(),
      }),
    ),
  ),
});

/** Body of every error. */
export type ProblemDocument = Readonly<z.infer<typeof problemSchema>>;
