import { CommandError } from '@gsp/cli-kit';
import type { ExperimentKind } from '@gsp/platform/topology';
import { type FisClient, isOver } from './fis-client.ts';
import { followUntil } from './follow-until.ts';

/** An experiment that may be under way on our account; `id` is unknown until FIS has confirmed it. */
export interface BegunExperiment {
  readonly client: FisClient;
  readonly kind: ExperimentKind;
  readonly templateId: string;
  id: string | undefined;
  /** Settles, and never rejects, when the request to start it has been answered or given up. */
  asked: Promise<unknown>;
}

/** For the requests beside the wait, attempts included. */
const REQUESTS_LIMIT_MS = 120_000;

/**
 * Ends an experiment and waits until it is over, for a limited time. One whose start was never confirmed is looked for by
 * its template: before it was started nothing of that template was under way.
 *
 * @throws {CommandError} when it is not over in time
 * @throws {CloudError} when FIS cannot be asked
 */
export async function endExperiment(
  begun: BegunExperiment,
  { pollMs, limitMs }: { readonly pollMs: number; readonly limitMs: number },
): Promise<void> {
  await begun.asked;
  const { client, templateId, id } = begun;
  const signal = AbortSignal.timeout(limitMs + REQUESTS_LIMIT_MS);
  const ids = id === undefined ? await activeIds(client, { templateId, signal }) : [id];
  for (const each of ids) {
    await tellToEnd(client, { id: each, signal });
    const found = await followUntil(isOver, { client, id: each, pollMs, limitMs, signal });
    if (!isOver(found)) throw notOver({ id: each, region: client.region, limitMs });
  }
}

async function activeIds(
  client: FisClient,
  { templateId, signal }: { templateId: string; signal: AbortSignal },
): Promise<readonly string[]> {
  const all = await client.experimentsOf(templateId, signal);
  return all.filter((found) => !isOver(found)).map(({ id }) => id);
}

/** It may be over already, or end while it is asked to: both are as good. */
async function tellToEnd(
  client: FisClient,
  { id, signal }: { id: string; signal: AbortSignal },
): Promise<void> {
  if (isOver(await client.get(id, signal))) return;
  try {
    await client.stop(id, signal);
  } catch (error) {
    if (!isOver(await client.get(id, signal))) throw error;
  }
}

/** It does not end. */
function notOver({ id, region, limitMs }: { id: string; region: string; limitMs: number }): CommandError {
  return new CommandError(
    `Cannot make sure that ${region} is whole: experiment ${id} is not over ${limitMs / 1_000} s after it was told to end, it must be. ` +
      `It ends by its own duration at the latest; look at it: aws fis get-experiment --region ${region} --id ${id}`,
  );
}
