import type { CustomResourceDefinition } from '../custom-resources/custom-resource-definition.ts';
import type { TableDefinition } from '../dynamodb/table-definition.ts';
import type { DistributionDefinition } from '../edge/distribution-definition.ts';
import type { EventSourceMappingDefinition } from '../event-sources/event-source-mapping.ts';
import type { HttpApiDefinition } from '../http-api/http-api-definition.ts';
import type { FunctionDefinition } from '../lambda/function-definition.ts';
import type { Route53Definition } from '../route53/route53-definition.ts';
import type { ScheduleDefinition } from '../schedules/schedule-definition.ts';
import type { SecretDefinition } from '../secrets-manager/secret-definition.ts';

/** Resources, or a property of theirs, that the templates define and the twin does not run. */
export interface NotEmulated {
  /** A resource type, e.g. `AWS::CloudWatch::Alarm`, or a type and what of it is left out. */
  readonly type: string;
  readonly logicalIds: string[];
}

/** A custom domain name that leads to an HTTP API of the region. */
export interface CustomDomain {
  /** In lower case, without the trailing dot. */
  readonly domainName: string;
  /** API Gateway's own name for it, which records lead to: `d-….execute-api.<region>.amazonaws.com`. */
  readonly regionalDomainName: string;
  readonly region: string;
  readonly apiId: string;
  /** The base path below which the API is served, without slashes at its ends; empty for the root. */
  readonly mappingKey: string;
  readonly stage: string;
}

/** What one region's templates come to, with every intrinsic resolved. JSON-serialisable. */
export interface ResolvedRegion {
  readonly region: string;
  readonly accountId: string;
  readonly tables: TableDefinition[];
  readonly functions: FunctionDefinition[];
  readonly httpApis: HttpApiDefinition[];
  readonly eventSourceMappings: EventSourceMappingDefinition[];
  readonly schedules: ScheduleDefinition[];
  /**
   * The custom resources that the others need, each after those it needs itself. Texts of functions, APIs, mappings
   * and schedules hold their attributes in a deferred form until the region runs; see `custom-resources/deferred-value.ts`.
   */
  readonly customResources: CustomResourceDefinition[];
  /** What the region's stacks tell Route 53, with the zones that existed before them. */
  readonly route53: Route53Definition;
  readonly customDomains: CustomDomain[];
  /** What stands in front of all regions, in whichever region's stack it is. */
  readonly distributions: DistributionDefinition[];
  /** Secrets of all the assembly's stacks, those of another region included. */
  readonly secrets: SecretDefinition[];
  /** Outputs of the root stacks. An output that cannot be had locally has a text in square brackets that says so. */
  readonly outputs: Record<string, string>;
  readonly notEmulated: NotEmulated[];
}

/** Collects what the twin leaves out, by type, each logical id once. */
export class NotEmulatedList {
  readonly #byType = new Map<string, Set<string>>();

  add(type: string, logicalId: string): void {
    const ids = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, ids.add(logicalId));
  }

  /** Ordered by type and logical id, so that the same templates give the same text. */
  toArray(): NotEmulated[] {
    return [...this.#byType]
      .map(([type, ids]) => ({ type, logicalIds: [...ids].sort() }))
      .sort((a, b) => (a.type < b.type ? -1 : 1));
  }
}

/** Whether a property switches something on: anything but a false flag, nothing, or an object of those. */
export function isSwitchedOn(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 'false') return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object') return Object.values(value).some(isSwitchedOn);
  return true;
}
