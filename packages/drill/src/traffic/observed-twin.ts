import { z } from 'zod';
import { DrillError } from '../drill-error.ts';

const checkSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['endpoint', 'calculated']),
  inverted: z.boolean(),
  intervalSeconds: z.number().nullable(),
  failureThreshold: z.number().nullable(),
  healthy: z.boolean(),
  since: z.string(),
  children: z.array(z.string()),
  checkers: z.array(z.object({ checkedAt: z.string().nullable() })),
});

const recordSchema = z.object({
  name: z.string(),
  type: z.string(),
  policy: z.enum(['simple', 'failover', 'latency', 'weighted']),
  role: z.string(),
  healthCheckId: z.string().nullable(),
  region: z.string().nullable(),
});

/** What drills of traffic need of `GET /_twin/state`. */
const stateSchema = z.object({
  timeScale: z.number().positive(),
  dns: z.object({ host: z.string(), port: z.number(), name: z.string() }).nullable(),
  route53: z.object({ checks: z.array(checkSchema), records: z.array(recordSchema) }).nullable(),
  regions: z.array(z.object({ region: z.string(), api: z.string(), address: z.string() })),
  links: z.array(z.object({ backlog: z.number().nullable() })),
});

/** A running twin as its control API tells it. */
export type ObservedTwin = z.infer<typeof stateSchema>;

/** A health check of the twin's Route 53. */
export type ObservedCheck = z.infer<typeof checkSchema>;

const STATE_TIMEOUT_MS = 5_000;

/**
 * The state of the twin whose control API is at `control`.
 *
 * @throws {DrillError} when no twin answers there, or one of another version
 */
export async function observeTwin(control: string, signal: AbortSignal): Promise<ObservedTwin> {
  let answer: unknown;
  try {
    const response = await fetch(`${control}/_twin/state`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(STATE_TIMEOUT_MS)]),
    });
    answer = await response.json();
  } catch (cause) {
    signal.throwIfAborted();
    throw new DrillError(
      `Cannot look at the twin: ${control} does not answer, its control API is needed. Start one with npm start.`,
      { cause },
    );
  }
  const state = stateSchema.safeParse(answer);
  if (state.success) return state.data;
  throw new DrillError(
    `Cannot look at the twin: ${control} is a twin of another version. End it, and start this one with npm start.`,
    { cause: state.error },
  );
}
