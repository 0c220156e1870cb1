import { livenessSchema, unhealthySchema } from '@gsp/platform/contract';
import * as z from 'zod/mini';
import type { RegionHealth } from './stage-status.ts';

/** `/health` answers within 1.5 s by contract; the rest is for the way there. */
const ASK_TIMEOUT_MS = 3_000;

// Picked from the contract, as little as is told on: a region may run another revision of it.
const healthSchema = z.partial(z.pick(unhealthySchema, { region: true, reasons: true }));
const liveSchema = z.pick(livenessSchema, { revision: true });

/** How to ask. */
export interface AskOptions {
  /** @default 3000 */
  readonly timeoutMs?: number;
}

/** Asks a region's own endpoint how it is. Never throws: that nothing answers is an answer as well. */
export async function askHealth(
  endpoint: string,
  { timeoutMs = ASK_TIMEOUT_MS }: AskOptions = {},
): Promise<RegionHealth> {
  const startedAt = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startedAt);
  const answer = await ask(`${endpoint}/health`, timeoutMs);
  const latencyMs = elapsedMs();
  if ('error' in answer) {
    return { isHealthy: false, httpStatus: null, reasons: [answer.error], latencyMs, answeredBy: null };
  }
  const { data } = healthSchema.safeParse(answer.body);
  return {
    isHealthy: answer.status === 200,
    httpStatus: answer.status,
    reasons: data?.reasons ?? [],
    latencyMs,
    answeredBy: data?.region ?? null,
  };
}

/** The revision of the function that answers at an endpoint; null where none answers, or none is told. Never throws. */
export async function askLiveRevision(
  endpoint: string,
  { timeoutMs = ASK_TIMEOUT_MS }: AskOptions = {},
): Promise<string | null> {
  const answer = await ask(`${endpoint}/health/live`, timeoutMs);
  const { data } = liveSchema.safeParse('error' in answer ? undefined : answer.body);
  return data?.revision ?? null;
}

async function ask(
  url: string,
  timeoutMs: number,
): Promise<{ readonly status: number; readonly body: unknown } | { readonly error: string }> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    // A redirect would be another host's answer.
    const response = await fetch(url, { redirect: 'manual', signal: limit });
    const text = await response.text();
    return { status: response.status, body: parsed(text) };
  } catch (error) {
    if (limit.aborted) return { error: `no answer within ${timeoutMs} ms` };
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (!(cause instanceof Error)) return { error: String(cause) };
    return { error: cause.message || ('code' in cause ? String(cause.code) : cause.name) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
