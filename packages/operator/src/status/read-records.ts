import { z } from 'zod';
import { CloudError } from '../cloud/cloud-error.ts';
import { parseRecord } from '../cloud/deployment-record.ts';
import type { RegionClients } from '../cloud/region-clients.ts';
import { deploymentParameter, lockParameter, readParameter } from '../cloud/stage-parameters.ts';
import type { StageTarget } from '../cloud/stage-target.ts';
import { within } from '../cloud/within.ts';
import type { StageRecords } from './stage-status.ts';

const READ_TIMEOUT_MS = 10_000;

const holderSchema = z.object({ by: z.string(), since: z.string() });

/**
 * What the stage has noted in its primary Region: who deploys, and what was deployed. What cannot be read is told, and
 * hides nothing else.
 *
 * @throws {CloudError} when there are no valid credentials
 */
export async function readRecords(
  clients: RegionClients,
  target: Pick<StageTarget, 'project' | 'stage'>,
): Promise<StageRecords> {
  const { region } = clients;
  const read = (act: string, name: string) =>
    within({ act, region, timeoutMs: READ_TIMEOUT_MS }, (signal) => readParameter(clients, name, signal));
  try {
    const [lock, deployment] = await Promise.all([
      read('read who deploys', lockParameter(target)),
      read('read what was deployed', deploymentParameter(target)),
    ]);
    return { lock: lock && holderIn(lock.value), ...recordIn(deployment?.value) };
  } catch (error) {
    if (!(error instanceof CloudError) || error.reason === 'credentials') throw error;
    return { lock: null, deployment: null, error: error.message };
  }
}

/** A lock of which nobody knows the holder is held all the same. */
function holderIn(text: string): NonNullable<StageRecords['lock']> {
  const { data } = holderSchema.safeParse(parsed(text));
  return data ?? { by: 'somebody', since: 'an unknown time' };
}

function recordIn(text: string | undefined): Pick<StageRecords, 'deployment' | 'error'> {
  if (text === undefined) return { deployment: null, error: null };
  try {
    return { deployment: parseRecord(text), error: null };
  } catch (error) {
    return { deployment: null, error: error instanceof Error ? error.message : String(error) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
