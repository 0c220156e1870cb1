/**
 * Names of the platform's resources. They are computed from project, stage and Region in one place, so
 * that no stack has to look another stack's names up: a secondary Region knows the global table, and an
 * operator every log group, without a call.
 */

/** AWS's limit on the name of a Lambda function, the shortest limit among the names made here. */
const FUNCTION_NAME_LENGTH_MAX = 64;

/** Room kept for the function's own part of its name. */
const FUNCTION_PART_LENGTH_MAX = 14;

/** Characters that `<project>-<stage>` may take so that every name made here is accepted by AWS. */
export const NAME_PREFIX_LENGTH_MAX = FUNCTION_NAME_LENGTH_MAX - FUNCTION_PART_LENGTH_MAX - 1;

const HASH_LENGTH = 8;

/**
 * Characters of a zone's name, so that the name of its edge is not longer than the 64 that a certificate's first
 * name may have.
 *
 * @see https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
 */
export const ZONE_NAME_LENGTH_MAX = 64 - 'edge.api.'.length;

/** Two labels or more of RFC 1123, in lower case and without the root's dot. */
const DOMAIN_NAME = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Id of the hosted zone that a stage without a domain gets where it is synthesized for the local twin. It has
 * the form of Route 53's and belongs to nobody, so that a deployment of such a template fails at once.
 */
export const LOCAL_HOSTED_ZONE_ID = 'Z00000000000000LOCAL';

/** Whether that is a zone's name as it is written here: lower case, no final dot, short enough. */
export function isZoneName(name: string): boolean {
  return name.length <= ZONE_NAME_LENGTH_MAX && DOMAIN_NAME.test(name);
}

/** The one name that leads to whichever Region is in service. */
export function globalName(zoneName: string): string {
  return `api.${zoneName}`;
}

/**
 * The name under which each Region has its record set by that policy; the global name is an alias of it. Route 53 takes one
 * policy a name, so each has its own, and another one is chosen by one record.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
 */
export function policyName(zoneName: string, policy: 'failover' | 'latency' | 'weighted'): string {
  return `${policy}.${globalName(zoneName)}`;
}

/** The name that leads to that Region and no other: what health checks ask, and an operator. */
export function regionalName(zoneName: string, region: string): string {
  return `${region}.${globalName(zoneName)}`;
}

/** The name of the edge: CloudFront answers under it, and asks the global name. */
export function edgeName(zoneName: string): string {
  return `edge.${globalName(zoneName)}`;
}

/**
 * Name of one of the two secrets by which a Region knows what came through the edge; the same in every Region,
 * as each holds a replica of it.
 */
export function originSecretName(project: string, stage: string, slot: 'a' | 'b'): string {
  return `${project}-${stage}/origin-secret-${slot}`;
}

/** The key under which a client finds the global name in `amplify_outputs.json`; no Region is called that. */
export function globalApiName(project: string, stage: string): string {
  return `${project}-${stage}-global`;
}

/** Name of the policy that lets its bearer operate a Region. IAM's names hold for all Regions. */
export function operatorPolicyName(project: string, stage: string, region: string): string {
  return `${project}-${stage}-operator-${region}`;
}

/** Name of the global table, the same in every Region. DynamoDB takes 3..255 characters. */
export function tableName(project: string, stage: string): string {
  return `${project}-${stage}-items`;
}

/** Name of the root stack that has the table, in the primary's Region. CloudFormation takes 128 characters. */
export function tableStackName(project: string, stage: string): string {
  return `${project}-${stage}-table`;
}

/** Name of the root stack that has the edge, in us-east-1. */
export function edgeStackName(project: string, stage: string): string {
  return `${project}-${stage}-edge`;
}

/**
 * How many secondary indexes a table may have, by AWS's default quota.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
export const INDEX_POOL_MAX = 20;

/** Name of a generic index of the table, the same in every stage. Slots are counted from 1. */
export function indexName(slot: number): string {
  return `gsi${slot}`;
}

/** Attribute by which a generic index is partitioned; an item without it is not in the index. */
export function indexPartitionAttribute(slot: number): string {
  return `g${slot}p`;
}

/** Attribute by which a generic index is sorted within a partition; an item without it is not in the index. */
export function indexSortAttribute(slot: number): string {
  return `g${slot}s`;
}

/** Name of a Region's API; also the key under which a client finds it in `amplify_outputs.json`. */
export function apiName(project: string, stage: string, region: string): string {
  return `${project}-${stage}-${region}`;
}

/** Name of a function, the same in every Region. Lambda takes 1..64 characters. */
export function functionName(project: string, stage: string, name: string): string {
  return `${project}-${stage}-${name}`;
}

/** Name of the queue that takes what a Region's stream consumer gave up on. SQS takes 1..80 characters. */
export function lostBatchesQueueName(project: string, stage: string): string {
  return `${project}-${stage}-lost-batches`;
}

/** The log group Lambda would choose itself for the function of that name. */
export function functionLogGroupName(name: string): string {
  return `/aws/lambda/${name}`;
}

/**
 * The log group of an API's access log. Its prefix keeps API Gateway from adding one more statement per
 * API to the account's log resource policy, which is limited to 5,120 characters.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
 */
export function accessLogGroupName(api: string): string {
  return `/aws/vendedlogs/apis/${api}`;
}

/** Partition key of a Region's health canary: one item per Region, so that canaries never conflict. */
export function canaryPartitionKey(region: string): string {
  return `sys#health#${region}`;
}

/**
 * Partition keys of the platform's own records, as patterns of IAM's `StringLike`: what a function may touch,
 * or must not, is said by partition key, as DynamoDB's `LeadingKeys` knows nothing finer.
 */
export const systemKeyPatterns = {
  /** Every Region's health canary. */
  health: 'sys#health#*',
  /** Every Region's heartbeat. */
  heartbeats: 'sys#heartbeat#*',
  /** The conflict log: one partition for each partition key that lost a write. */
  conflicts: 'sys#conflict#*',
  /** The one partition that lists which partition keys are in the conflict log. */
  conflictIndex: 'sys#conflicts',
  /** Counters: their shards, the keys they have seen, and their corrections. */
  counters: 'sys#counter#*',
  /** The one partition that says who evacuated and restored what, and why, from which follows what is in force. */
  evacuations: 'sys#evacuation-audit',
} as const;

/** Where a function keeps the sign of life of its Region: one item per Region, so that heartbeats never conflict. */
export function heartbeatPartitionKey(region: string): string {
  return `sys#heartbeat#${region}`;
}

/** Name of the topic that a Region's alarms tell; SNS knows Regions, so it is the same in each. */
export function alarmTopicName(project: string, stage: string): string {
  return `${project}-${stage}-alarms`;
}

/** Name of a Region's dashboard. CloudWatch lists those of all Regions together. */
export function dashboardName(project: string, stage: string, region: string): string {
  return `${project}-${stage}-${region}`;
}

/** Beginning of the names of a stage's alarms; CloudWatch keeps them by Region. */
export function alarmName(project: string, stage: string, name: string): string {
  return `${project}-${stage}-${name}`;
}

/**
 * A branch or sandbox name as part of a resource name: lower case letters, digits and single dashes,
 * at most `lengthMax` characters. Where anything had to change, a hash of the original is appended, so
 * that `feature/x` and `feature-x` never share a table.
 */
export function slug(name: string, lengthMax: number): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (plain !== '' && plain === name && plain.length <= lengthMax) return plain;
  const room = Math.max(0, lengthMax - HASH_LENGTH - 1);
  const head = plain.slice(0, room).replace(/-$/, '');
  return head === '' ? hash(name) : `${head}-${hash(name)}`;
}

/** FNV-1a, 32 bits, in hexadecimal: short and stable; it separates names and protects nothing. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  }
  return value.toString(16).padStart(HASH_LENGTH, '0');
}

/** What a Region can be put through on purpose, by its part of the experiment's name. */
export const experimentKinds = ['health-503', 'health-error', 'health-delay', 'replication-pause'] as const;

/** One of {@link experimentKinds}. */
export type ExperimentKind = (typeof experimentKinds)[number];

/** Name of an experiment that breaks something on purpose, as its tag `Name`; FIS knows Regions, so it is the same in each. */
export function experimentName(project: string, stage: string, experiment: ExperimentKind): string {
  return `${project}-${stage}-${experiment}`;
}

/** Name of the policy that lets its bearer run a Region's experiments. IAM's names hold for all Regions. */
export function experimenterPolicyName(project: string, stage: string, region: string): string {
  return `${project}-${stage}-experimenter-${region}`;
}
