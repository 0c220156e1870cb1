import { join } from 'node:path';
import { formatRecord } from '../cloud/deployment-record.ts';
import { findBackendStack } from '../cloud/find-backend-stack.ts';
import type { Cloud } from '../cloud/region-clients.ts';
import { findStackResource } from '../cloud/stack-resources.ts';
import type { StageLock } from '../cloud/stage-lock.ts';
import { deploymentParameter, writeParameter } from '../cloud/stage-parameters.ts';
import { primaryOf, type StageTarget } from '../cloud/stage-target.ts';
import type { DeployMethod } from './ampx-command.ts';
import { type BakeSources, bakeRegion } from './bake-region.ts';
import { readAlarms, readErrorRate } from './bake-sources.ts';
import { checkReplication } from './check-replication.ts';
import { withWorktree } from './checkout.ts';
import { deployBackend } from './deploy-backend.ts';
import type { DeployPorts } from './deploy-ports.ts';
import type { Journal } from './journal.ts';
import { type RegionApi, unhealthyReason } from './region-api.ts';
import type { DeploymentWatch } from './render-deployment.ts';
import { smokeRegion } from './smoke-region.ts';

/** How long an API may fail its smoke test, in milliseconds. */
export interface SmokeBounds {
  /** One that was just made: names and routes take some seconds. */
  readonly newMs: number;
  /** One that answered before: what fails now is the release. */
  readonly knownMs: number;
}

/** What a deployment on AWS is carried out with. */
export interface AwsDeployPortsOptions {
  readonly cloud: Cloud;
  readonly target: StageTarget;
  readonly method: DeployMethod;
  readonly appIds: Readonly<Record<string, string>>;
  /** The checkout that is deployed. */
  readonly rootDir: string;
  /** Folder for logs of this deployment. */
  readonly workDir: string;
  readonly bakeMs: number;
  readonly smokeBounds: SmokeBounds;
  readonly lock: StageLock;
  readonly journal: Journal;
  readonly watch: DeploymentWatch;
  readonly signal: AbortSignal;
}

/** Carries a deployment out: `ampx`, CloudFormation, the regions' own APIs, CloudWatch, git. */
export function awsDeployPorts(options: AwsDeployPortsOptions): DeployPorts {
  const { cloud, target, rootDir, workDir, lock, journal, watch, signal, bakeMs, smokeBounds } = options;
  const primary = cloud.region(primaryOf(target));
  // What rings already is what this deployment may be there to end: it must not keep it from coming.
  const ringing = new Map<string, readonly string[]>();
  const deploy = (region: string, { revision, cwd }: { revision: string; cwd: string }) =>
    deployBackend({
      clients: cloud.region(region),
      target,
      ampx: { method: options.method, branch: target.branch, region, appIds: options.appIds },
      revision,
      cwd,
      workDir,
      signal,
      onProgress: watch.progress,
    });
  return {
    readStack: (region) => findBackendStack(cloud.region(region), target),
    deployBackend: async (region, revision) => {
      if (bakeMs > 0) ringing.set(region, await readAlarms(cloud.region(region), { target, signal }));
      return deploy(region, { revision, cwd: rootDir });
    },
    rollback: (region, revision) =>
      withWorktree({ rootDir, revision, logFile: join(workDir, 'rollback-install.log'), signal }, (cwd) =>
        deploy(region, { revision, cwd }),
      ),
    smoke: (api, { revision, isNew }) =>
      smokeRegion(api, {
        revision,
        signal,
        withinMs: isNew ? smokeBounds.newMs : smokeBounds.knownMs,
      }),
    isHealthy: (api) =>
      unhealthyReason(api, signal).then(
        (reason) => reason === null,
        () => false,
      ),
    replicate: async (api, peer) => {
      if (canChoose(api, peer)) return checkReplication(api, { peer, signal });
      const detail = `not tried with ${peer.region}: the edge is the only way in, and leads to one region. Alarms watch it`;
      const event = { step: 'replication', state: 'noted', region: api.region, detail } as const;
      journal.write(event);
      watch.report(event);
      return [];
    },
    bake: (api, peers) =>
      bakeRegion(api, {
        peers: peers.filter((peer) => canChoose(api, peer)),
        sources: bakeSources(api.region, { ...options, ringing: ringing.get(api.region) ?? [] }),
        bakeMs,
        signal,
        onProgress: watch.progress,
      }),
    requireLock: () => lock.require(),
    writeRecord: async (record) => {
      await writeParameter(primary, deploymentParameter(target), formatRecord(record));
    },
    report: (event) => {
      journal.write(event);
      watch.report(event);
    },
    now: () => new Date(),
  };
}

/** Whether an item can be written in one of the regions and read in the other. */
function canChoose(api: RegionApi, peer: RegionApi): boolean {
  return api.edge === undefined && peer.edge === undefined;
}

function bakeSources(
  region: string,
  { cloud, target, ringing }: AwsDeployPortsOptions & { ringing: readonly string[] },
): BakeSources {
  const clients = cloud.region(region);
  // Found once: an API keeps its id as long as its stack.
  let apiId: Promise<string | null> | null = null;
  const findApi = async (signal: AbortSignal) => {
    const stack = await findBackendStack(clients, target, signal);
    if (stack === null) return null;
    const api = await findStackResource(clients, {
      stackId: stack.stackId,
      type: 'AWS::ApiGatewayV2::Api',
      signal,
    });
    return api?.physicalId ?? null;
  };
  return {
    alarms: async (signal) =>
      (await readAlarms(clients, { target, signal })).filter((name) => !ringing.includes(name)),
    errorRate: async (from, signal) => {
      apiId ??= findApi(signal);
      const id = await apiId;
      if (id === null) return { requests: 0, failures: 0 };
      return readErrorRate(clients, { apiId: id, from, to: new Date(), signal });
    },
  };
}
