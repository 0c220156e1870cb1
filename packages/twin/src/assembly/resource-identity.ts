import { physicalName, stableId, stableUuid } from './physical-name.ts';

/** A resource as its Ref and attributes need it. */
export interface ResourceIdentity {
  readonly type: string;
  readonly logicalId: string;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  /** A property with its intrinsics resolved; nothing where the template gives none. */
  readonly property: (name: string) => unknown;
  /** The twin's URL of an HTTP API. */
  readonly apiEndpoint: (apiLogicalId: string) => string;
}

/** What `Ref` or an attribute can come to. */
export type ResourceValue = string | readonly string[];

/** Values that AWS documents as return values of a resource type. `Ref` is one of them. */
export type ResourceValues = Readonly<Record<string, (resource: ResourceIdentity) => ResourceValue>>;

/** The name that a property gives, or one of the form CloudFormation makes up. */
export function named(resource: ResourceIdentity, property: string, maxLength = 64): string {
  const given = resource.property(property);
  return typeof given === 'string' ? given : physicalName(resource.stackName, resource.logicalId, maxLength);
}

/** An id as AWS makes one up, of `length` lower-case letters and digits, the same at every start. */
export function generatedId(resource: ResourceIdentity, length: number): string {
  return stableId(pathTo(resource), length);
}

/** A UUID as AWS makes one up, the same at every start. */
export function generatedUuid(resource: ResourceIdentity): string {
  return stableUuid(pathTo(resource));
}

/** The ARN of a regional resource. */
export function arn({ region, accountId }: ResourceIdentity, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

/** The ARN of an IAM role or policy, which have a path and no region. */
export function iamArn(resource: ResourceIdentity, kind: 'role' | 'policy', nameProperty: string): string {
  const path = resource.property('Path');
  const name = named(resource, nameProperty);
  return `arn:aws:iam::${resource.accountId}:${kind}${typeof path === 'string' ? path : '/'}${name}`;
}

function pathTo({ region, stackName, logicalId }: ResourceIdentity): string {
  return `${region}/${stackName}/${logicalId}`;
}

/** The account of AWS's own examples: it belongs to nobody, and shows in every ARN that the ARN is not a real one. */
export const ACCOUNT_ID = '123456789012';
