/**
 * Regions of the `aws` partition. GovCloud and China are other partitions with other endpoints, and a
 * global table cannot span partitions.
 *
 * @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
export const AWS_REGIONS = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-central-1',
  'ca-west-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
] as const;

/**
 * The Region sets in which a global table with multi-Region strong consistency can live; replicas and
 * witness must all come from one set.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
const STRONG_CONSISTENCY_SETS: readonly (readonly string[])[] = [
  ['us-east-1', 'us-east-2', 'us-west-2'],
  ['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1'],
  ['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
];

/** Whether `region` is a Region of the `aws` partition. */
export function isAwsRegion(region: string): boolean {
  return AWS_REGIONS.some((known) => known === region);
}

/** The Region set for strong consistency that holds all of `regions`, or undefined where none does. */
export function strongConsistencySetOf(regions: readonly string[]): readonly string[] | undefined {
  return STRONG_CONSISTENCY_SETS.find((set) => regions.every((region) => set.includes(region)));
}

/** The Region sets for strong consistency as a sentence's part, for messages. */
export function describeStrongConsistencySets(): string {
  return STRONG_CONSISTENCY_SETS.map((set) => set.join(', ')).join(' | ');
}
