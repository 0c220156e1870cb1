import type {
  EventSourceMappingReport,
  FunctionReport,
  QueueReport,
  RequestCounts,
  ScheduleReport,
} from '../control/twin-region.ts';
import type { CustomResourceDefinition } from '../custom-resources/custom-resource-definition.ts';
import type { LinkState } from '../dynamodb/replication/link-state.ts';
import type { TableDefinition } from '../dynamodb/table-definition.ts';
import type { EventSourceMappingDefinition } from '../event-sources/event-source-mapping.ts';
import type { HttpApiDefinition } from '../http-api/http-api-definition.ts';
import type { ListenAddress } from '../http-api/http-server.ts';
import type { IamCredential } from '../http-api/request-signature.ts';
import type { FunctionDefinition } from '../lambda/function-definition.ts';
import type { ScheduleDefinition } from '../schedules/schedule-definition.ts';

/** What a swap replaces in a running region: code and routes, never data. */
export interface RegionCode {
  readonly functions: readonly FunctionDefinition[];
  readonly httpApis: readonly HttpApiDefinition[];
  readonly eventSourceMappings: readonly EventSourceMappingDefinition[];
  readonly schedules: readonly ScheduleDefinition[];
}

/** How one outbound replication link behaves. Kept by the supervisor, so that it outlives the region. */
export interface LinkSettings {
  readonly cut: boolean;
  /** Added to the sampled replication lag, in milliseconds. */
  readonly delayMs: number;
}

/**
 * What is wrong with a region that still runs. Kept by the supervisor, so that it outlives the region's processes:
 * a region that is killed and started comes back as slow as it was.
 */
export interface RegionFaults {
  /** How much later every answer of its HTTP API comes, in milliseconds. */
  readonly slowMs: number;
  /** Share of the requests to its HTTP API that are answered 503 before any function runs, 0 to 1. */
  readonly errorShare: number;
  /** Share of the data-plane operations on its tables that are throttled, 0 to 1. */
  readonly throttleShare: number;
}

/** A region with which nothing is wrong. */
export const NO_REGION_FAULTS: RegionFaults = { slowMs: 0, errorShare: 0, throttleShare: 0 };

/** Everything a region's process needs to run. */
export interface RegionConfig extends RegionCode {
  readonly region: string;
  readonly accountId: string;
  readonly tables: readonly TableDefinition[];
  /** Made once, when the region starts; code that is swapped in later gets the values of then. */
  readonly customResources: readonly CustomResourceDefinition[];
  readonly apiListen: readonly ListenAddress[];
  /** Origins that the HTTP API's CORS allows beside those of its template. */
  readonly allowedOrigins: readonly string[];
  /** Origins of the global endpoint: its pages may ask although an edge tells the API another Host. */
  readonly frontOrigins: readonly string[];
  readonly dynamodbListen: ListenAddress;
  /** Where the region's functions ask for secrets. */
  readonly secretsManagerUrl: string;
  readonly engine: { readonly url: string; readonly pid: number | undefined };
  readonly dataDir: string;
  readonly peers: readonly { readonly region: string; readonly url: string }[];
  /** Guards the replication route between the regions of this twin; new at every start. */
  readonly clusterToken: string;
  readonly lagMs: { readonly min: number; readonly max: number };
  readonly seed: number;
  /** How many times faster than on AWS time passes between the runs of a schedule. */
  readonly timeScale: number;
  readonly links: Readonly<Record<string, LinkSettings>>;
  /** How far the clock is off by which the replica stamps writes and that functions see, in milliseconds. */
  readonly clockOffsetMs: number;
  readonly faults: RegionFaults;
  /** Who may call routes with IAM authorization. */
  readonly credentials: readonly IamCredential[];
  readonly environmentWorker: string;
}

/** What the supervisor asks of a running region. */
export type RegionRequest =
  | { readonly kind: 'state' }
  | { readonly kind: 'set-link'; readonly to: string; readonly settings: LinkSettings }
  | { readonly kind: 'set-clock'; readonly offsetMs: number }
  | { readonly kind: 'set-faults'; readonly faults: RegionFaults }
  /** Its engine was started again, as another process. */
  | { readonly kind: 'set-engine'; readonly pid: number | undefined }
  | { readonly kind: 'swap'; readonly code: RegionCode }
  | { readonly kind: 'shutdown' };

/** What a running region says about itself. */
export interface RegionReport {
  readonly links: readonly LinkState[];
  readonly functions: readonly FunctionReport[];
  readonly eventSourceMappings: readonly EventSourceMappingReport[];
  readonly schedules: readonly ScheduleReport[];
  /** The queues that mappings send failed batches to. */
  readonly queues: readonly QueueReport[];
  readonly requests: RequestCounts;
  /** What faults have done since the region started, beside the settings that it goes by now. */
  readonly faults: RegionFaults & FaultCounts;
}

/** How often faults took effect since the region started. */
export interface FaultCounts {
  /** API requests that were held up. */
  readonly slowed: number;
  /** API requests that were answered 503. */
  readonly failed: number;
  /** Data-plane operations that were throttled; of a batch, its members that were. */
  readonly throttled: number;
}

/** Supervisor to region. */
export type ToRegion =
  | { readonly type: 'init'; readonly config: RegionConfig }
  | { readonly type: 'request'; readonly id: number; readonly request: RegionRequest };

/** Region to supervisor. */
export type FromRegion =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly message: string }
  /** Its writes fail, since their files cannot be written; null when they no longer do. */
  | { readonly type: 'storage'; readonly failure: string | null }
  | { readonly type: 'reply'; readonly id: number; readonly report: RegionReport }
  | { readonly type: 'refused'; readonly id: number; readonly message: string };

/** That part of a larger object which a swap replaces: only this goes to a running region. */
export function regionCode({ functions, httpApis, eventSourceMappings, schedules }: RegionCode): RegionCode {
  return { functions, httpApis, eventSourceMappings, schedules };
}
