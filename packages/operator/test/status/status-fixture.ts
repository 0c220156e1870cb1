import { defineTopology } from '@gsp/platform/topology';
import { runStatus, type StatusOptions } from '../../src/status/run-status.ts';
import type { StageStatus } from '../../src/status/stage-status.ts';
import { type AwsCall, AwsFault } from '../cloud/aws-wire.ts';
import { spokenTerminal } from '../cloud/spoken-terminal.ts';
import { type StackFixture, stackFixture } from '../cloud/stack-fixture.ts';
import { wiredCloud } from '../cloud/wired-cloud.ts';
import { type ApiAnswer, type ApiRequest, regionalApi, wellAnswers } from './regional-api.ts';

/** Of the stage that is looked at. */
export const topology = defineTopology({
  project: 'gsp',
  regions: ['eu-west-1', 'eu-central-1'],
  stages: { main: {} },
});

/** What both regions run. */
export const REVISION = '0123456789abcdef0123456789abcdef01234567';

/** Regions of the stage. */
export type Region = 'eu-west-1' | 'eu-central-1';

/** What differs from a stage that is well. */
export interface StageFixture {
  readonly stacks?: Partial<Record<Region, Partial<StackFixture>>>;
  readonly apis?: Partial<Record<Region, (request: ApiRequest) => ApiAnswer>>;
  /** Answers that come before those of the stage; undefined leaves the call to it. */
  readonly answer?: (call: AwsCall) => unknown;
  readonly options?: Partial<StatusOptions>;
}

const REPLICAS = [{ RegionName: 'eu-central-1', ReplicaStatus: 'ACTIVE' }];

/** Runs the whole command against AWS's wire and regions that answer HTTP. */
export async function run({ stacks = {}, apis = {}, answer = () => undefined, options = {} }: StageFixture) {
  const endpointOf = async (region: Region) => [
    region,
    await regionalApi(apis[region] ?? wellAnswers(region, REVISION)),
  ];
  const endpoints = Object.fromEntries(
    await Promise.all((['eu-west-1', 'eu-central-1'] as const).map(endpointOf)),
  );
  const stackIn = (region: string) =>
    stackFixture({
      region,
      revision: REVISION,
      endpoint: endpoints[region],
      ...(region === 'eu-west-1' ? stacks['eu-west-1'] : stacks['eu-central-1']),
    });
  const { wire } = await wiredCloud(async (call) => {
    const given: unknown = answer(call);
    if (given !== undefined) return given;
    const { action, region } = call;
    if (action === 'DescribeStacks') return { Stacks: [stackIn(region)] };
    if (action === 'GetMetricData') return { MetricDataResults: [{ Id: 'to0', Values: [800, 900] }] };
    if (action === 'DescribeTable') return { Table: { TableStatus: 'ACTIVE', Replicas: REPLICAS } };
    if (action === 'GetParameter') return new AwsFault('ParameterNotFound', '');
    return undefined;
  });
  const terminal = spokenTerminal();
  const error: unknown = await runStatus(
    { stage: 'main', json: true, probe: false, ...options },
    { topology, terminal },
  ).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const [text = 'null'] = terminal.results;
  const status: StageStatus | null = options.json === false ? null : JSON.parse(text);
  return { status, text, error, wire };
}
