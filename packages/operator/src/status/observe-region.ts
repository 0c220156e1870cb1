import { roleOf } from '@gsp/platform/topology';
import type { BackendStack } from '../cloud/backend-stack.ts';
import { CloudError, withAwsTimeout } from '../cloud/cloud-error.ts';
import { findBackendStack } from '../cloud/find-backend-stack.ts';
import type { Cloud } from '../cloud/region-clients.ts';
import type { StageTarget } from '../cloud/stage-target.ts';
import { askHealth, askLiveRevision } from './ask-health.ts';
import { measuredLag } from './replication-lag.ts';
import type { RegionStatus, ReplicationLag, StackStatus } from './stage-status.ts';

const READ_TIMEOUT_MS = 20_000;

/** What to look at. */
export interface ObserveOptions {
  readonly target: Pick<StageTarget, 'project' | 'stage' | 'regions' | 'tableName'>;
  readonly region: string;
  readonly nowMs: number;
}

/**
 * Looks at one Region: its stack, how it answers, and how long changes take from it to the others. What cannot be read is
 * told, and hides nothing else.
 *
 * @throws {CloudError} when there are no valid credentials
 */
export async function observeRegion(
  cloud: Cloud,
  { target, region, nowMs }: ObserveOptions,
): Promise<RegionStatus> {
  const clients = cloud.region(region);
  const base = { region, role: roleOf(target.regions, region) };
  const absent = { health: null, liveRevision: null, lag: [] };
  let stack: BackendStack | null;
  try {
    stack = await withAwsTimeout({ act: 'read the stack', region, timeoutMs: READ_TIMEOUT_MS }, (signal) =>
      findBackendStack(clients, target, signal),
    );
  } catch (error) {
    if (!(error instanceof CloudError) || error.reason === 'credentials') throw error;
    return { ...base, ...absent, stack: null, error: error.message };
  }
  if (stack === null) return { ...base, ...absent, stack, error: null };
  const [answers, lag] = await Promise.all([
    answersOf(stack.apiEndpoint),
    lagFrom(cloud, { target, region, nowMs }),
  ]);
  return { ...base, ...answers, stack: stackStatus(stack), error: null, lag };
}

async function answersOf(endpoint: string | null): Promise<Pick<RegionStatus, 'health' | 'liveRevision'>> {
  if (endpoint === null) return { health: null, liveRevision: null };
  const [health, liveRevision] = await Promise.all([askHealth(endpoint), askLiveRevision(endpoint)]);
  return { health, liveRevision };
}

/** Lag is worth knowing, and no reason to say nothing of the rest. */
async function lagFrom(
  cloud: Cloud,
  { target, region, nowMs }: ObserveOptions,
): Promise<readonly ReplicationLag[]> {
  const to = target.regions.filter((other) => other !== region);
  try {
    return await withAwsTimeout(
      { act: 'read the replication lag', region, timeoutMs: READ_TIMEOUT_MS },
      (signal) => measuredLag(cloud.region(region), { tableName: target.tableName, to, nowMs, signal }),
    );
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const reason = error.message;
    return to.map((receiver) => ({ to: receiver, lagMs: null, source: 'cloudwatch', reason }));
  }
}

function stackStatus({ updatedAtMs, ...stack }: BackendStack): StackStatus {
  const { stackName, status, statusReason, revision, role, apiEndpoint, edgeEndpoint } = stack;
  return {
    stackName,
    status,
    statusReason,
    revision,
    role,
    apiEndpoint,
    ...(edgeEndpoint !== undefined && { edgeEndpoint }),
    deployedAt: new Date(updatedAtMs).toISOString(),
  };
}
