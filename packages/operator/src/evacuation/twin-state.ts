import { z } from 'zod';
import { EvacuationError } from './evacuation-error.ts';

const checkSchema = z.object({
  id: z.string(),
  name: z.string(),
  target: z.string().nullable(),
  inverted: z.boolean(),
  intervalSeconds: z.number().nullable(),
  failureThreshold: z.number().nullable(),
  healthy: z.boolean(),
  children: z.array(z.string()),
  checkers: z.array(z.object({ region: z.string(), healthy: z.boolean().nullable(), reason: z.string() })),
});

const recordSchema = z.object({
  name: z.string(),
  policy: z.enum(['simple', 'failover', 'latency', 'weighted']),
  role: z.string(),
  healthCheckId: z.string().nullable(),
  healthy: z.boolean(),
  region: z.string().nullable(),
});

/** What an operator's commands need of `GET /_twin/state`. */
const stateSchema = z.object({
  regions: z.array(z.object({ region: z.string(), api: z.string(), address: z.string() })),
  timeScale: z.number().positive(),
  credentialsFile: z.string(),
  dns: z.object({ host: z.string(), port: z.number(), name: z.string() }).nullable(),
  route53: z
    .object({
      checks: z.array(checkSchema),
      records: z.array(recordSchema),
      answers: z.array(z.object({ name: z.string(), ttlSeconds: z.number() })),
    })
    .nullable(),
});

/** A running twin as its control API tells it. */
export type ObservedTwin = z.infer<typeof stateSchema>;

/** A health check of the twin's Route 53. */
export type ObservedCheck = z.infer<typeof checkSchema>;

const STATE_TIMEOUT_MS = 5_000;

/**
 * The state of the twin whose control API is at `control`.
 *
 * @throws {EvacuationError} when no twin answers there, or one of another version
 */
export async function readTwinState(control: string, signal: AbortSignal): Promise<ObservedTwin> {
  const limit = AbortSignal.timeout(STATE_TIMEOUT_MS);
  let answer: unknown;
  try {
    const response = await fetch(`${control}/_twin/state`, { signal: AbortSignal.any([signal, limit]) });
    answer = await response.json();
  } catch (cause) {
    signal.throwIfAborted();
    throw new EvacuationError(
      `Cannot reach the twin: ${control} does not answer as one, a running twin is needed. Start it with npm start, or name a deployed platform with --target.`,
      { cause },
    );
  }
  const state = stateSchema.safeParse(answer);
  if (state.success) return state.data;
  throw new EvacuationError(
    `Cannot read the twin's state: ${control} is a twin of another version. End it and start this one with npm start.`,
    { cause: state.error },
  );
}
