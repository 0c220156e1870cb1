import type { Stack } from '@aws-sdk/client-cloudformation';

/** What a test's stack differs in. */
export interface StackFixture {
  readonly region: string;
  readonly stage?: string;
  readonly role?: string;
  readonly revision?: string;
  readonly endpoint?: string;
  /** Name of the edge, where it is the only way in. */
  readonly edgeName?: string;
  readonly changes?: Partial<Stack>;
}

export const FIXTURE_TIME = new Date('2026-11-23T10:00:00Z');

/** The root stack of stage `main` in one Region, as CloudFormation describes it. */
export function stackFixture({
  region,
  stage = 'main',
  role = region === 'eu-west-1' ? 'primary' : 'secondary',
  revision,
  endpoint = `https://${region}.test`,
  edgeName,
  changes = {},
}: StackFixture): Stack {
  const apiName = `gsp-${stage}-${region}`;
  const custom = {
    API: {
      [apiName]: { endpoint, region, apiName },
      ...(edgeName !== undefined && { [`gsp-${stage}-global`]: { endpoint: `https://${edgeName}` } }),
    },
    platform: {
      project: 'gsp',
      stage,
      regions: { [region]: { role, apiName, ...(revision !== undefined && { revision }) } },
      ...(edgeName !== undefined && {
        domain: { zoneName: 'example.com', globalName: 'api.example.com', edgeName, edgeOnly: true },
      }),
    },
  };
  const StackName = `amplify-${stage}-backend-standalone-${region}`;
  return {
    StackName,
    StackId: `arn:aws:cloudformation:${region}:123456789012:stack/${StackName}/1`,
    StackStatus: 'CREATE_COMPLETE',
    CreationTime: FIXTURE_TIME,
    Outputs: [{ OutputKey: 'customOutputs', OutputValue: JSON.stringify({ custom }) }],
    Tags: Object.entries({ project: 'gsp', stage, region }).map(([Key, Value]) => ({ Key, Value })),
    ...changes,
  };
}
