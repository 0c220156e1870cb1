import type { DeploymentRecord } from '../cloud/deployment-record.ts';
import type { StageTarget } from '../cloud/stage-target.ts';
import type { StageExposure } from '../cost/stage-exposure.ts';

/** How a region answers over HTTP. */
export interface RegionHealth {
  /** Whether `GET /health` answered 200. */
  readonly isHealthy: boolean;
  /** Null where nothing answered. */
  readonly httpStatus: number | null;
  /** Why it says that it is not healthy; or why there was no answer. */
  readonly reasons: readonly string[];
  /** Until the answer, or until it was given up. */
  readonly latencyMs: number;
  /** Region that answered, as it says itself; null where it does not say. */
  readonly answeredBy: string | null;
}

/** How long a change takes from one region to another. */
export interface ReplicationLag {
  readonly to: string;
  /** Null where it is not known. */
  readonly lagMs: number | null;
  /** `cloudwatch`: the average of the last five minutes. `probe`: one write of now, with the way of the read that found it. */
  readonly source: 'cloudwatch' | 'probe';
  /** Why it is not known. */
  readonly reason: string | null;
}

/** The stack of one region. */
export interface StackStatus {
  readonly stackName: string;
  /** CloudFormation's. */
  readonly status: string;
  readonly statusReason: string | null;
  readonly revision: string | null;
  readonly role: string | null;
  readonly apiEndpoint: string | null;
  /** Where traffic goes, where the Region lets none in but through the edge. Absent otherwise. */
  readonly edgeEndpoint?: string;
  /** UTC. */
  readonly deployedAt: string;
}

/** What was found of one region. */
export interface RegionStatus {
  readonly region: string;
  /** As the topology has it. */
  readonly role: 'primary' | 'secondary';
  /** Null where there is none, or it cannot be read. */
  readonly stack: StackStatus | null;
  /** Why the stack cannot be read; null where it can. */
  readonly error: string | null;
  /** Null where there is no endpoint to ask. */
  readonly health: RegionHealth | null;
  /** Revision that the function which answers was made of; null where it does not say. */
  readonly liveRevision: string | null;
  readonly lag: readonly ReplicationLag[];
}

/** One replica of the table. */
export interface ReplicaStatus {
  readonly region: string;
  /** DynamoDB's, as in `ACTIVE`. */
  readonly status: string;
}

/** What DynamoDB says of the table. */
export interface TableStatus {
  readonly tableName: string;
  /** Region that was asked; null where none answered. */
  readonly askedIn: string | null;
  /** Every replica, that of the region asked included; null where the table cannot be read. */
  readonly replicas: readonly ReplicaStatus[] | null;
  /** Why it cannot be read. */
  readonly error: string | null;
}

/** What the stage has noted of itself, in its primary region. */
export interface StageRecords {
  /** Who deploys at this moment, as they said; null where nobody does. */
  readonly lock: { readonly by: string; readonly since: string } | null;
  /** What the last deployment noted; null where there was none, or it cannot be read. */
  readonly deployment: DeploymentRecord | null;
  /** What cannot be read. */
  readonly error: string | null;
}

/** Everything that was found. */
export interface StageObservation {
  readonly place: Pick<StageTarget, 'project' | 'stage' | 'branch' | 'kind' | 'regions' | 'chosen'>;
  readonly regions: readonly RegionStatus[];
  readonly table: TableStatus;
  readonly records: StageRecords;
  /** What the topology opens to whom, and what that may cost; the stack may be older. */
  readonly exposure: StageExposure;
}

/** What was found, and what follows from it. */
export interface StageStatus extends StageObservation {
  readonly isWell: boolean;
  /** What is amiss, a line each. */
  readonly faults: readonly string[];
  /** What is worth knowing, and no fault. */
  readonly notes: readonly string[];
}
