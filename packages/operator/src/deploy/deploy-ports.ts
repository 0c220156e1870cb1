import type { BackendStack } from '../cloud/backend-stack.ts';
import type { DeploymentRecord } from '../cloud/deployment-record.ts';
import type { BakeFigures } from './bake-region.ts';
import type { ReplicationLag } from './check-replication.ts';
import type { DeployEvent } from './journal.ts';
import type { RegionApi } from './region-api.ts';
import type { SmokeAnswer } from './smoke-region.ts';

/** A region's stack after it was deployed. */
export interface DeployedBackend {
  readonly api: RegionApi;
  /** What went wrong beside the deployment itself, such as an outputs file that could not be written. */
  readonly warnings: readonly string[];
}

/** What a deployment needs of the world. Injected, so that each failure can be played. */
export interface DeployPorts {
  readStack(region: string): Promise<BackendStack | null>;
  /** Deploys the checkout as `revision`. @throws where the stack is not complete at that revision afterwards */
  deployBackend(region: string, revision: string): Promise<DeployedBackend>;
  /**
   * Deploys `revision` from a worktree of its own. @throws as `deployRegion` does, or where the revision is not there
   */
  rollback(region: string, revision: string): Promise<DeployedBackend>;
  /**
   * Tries the region; longer where its API is new, as that answers after some seconds only.
   *
   * @throws {SmokeError} with what was answered, where a check fails to the end of its time
   */
  smoke(
    api: RegionApi,
    expected: { readonly revision: string; readonly isNew: boolean },
  ): Promise<readonly SmokeAnswer[]>;
  /** Whether the region says that it is well; false where it does not answer. */
  isHealthy(api: RegionApi): Promise<boolean>;
  /**
   * What was measured; nothing where a region lets no traffic in but through the edge, where nobody can choose the region.
   *
   * @throws {SmokeError} where an item of one is not visible in the other within its time
   */
  replicate(api: RegionApi, peer: RegionApi): Promise<readonly ReplicationLag[]>;
  /** @throws {SmokeError} as soon as something is not as it must be */
  bake(api: RegionApi, peers: readonly RegionApi[]): Promise<BakeFigures>;
  /** @throws {CommandError} where somebody else has taken the lock over */
  requireLock(): Promise<void>;
  writeRecord(record: DeploymentRecord): Promise<void>;
  report(event: DeployEvent): void;
  now(): Date;
}
