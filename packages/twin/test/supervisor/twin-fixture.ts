import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { HostedZoneDefinition } from '../../src/route53/route53-definition.ts';
import { freePortBase } from '../../src/supervisor/port-plan.ts';
import { reserveTwin } from '../../src/supervisor/reserve-twin.ts';
import { type RegionAssembly, Twin } from '../../src/supervisor/twin.ts';
import { TwinError } from '../../src/twin-error.ts';

export const REGIONS = ['eu-west-1', 'eu-central-1'] as const;
export const TABLE = 'twin-items';

const ATTEMPTS_MAX = 5;

/** Looks the stream of a table up in its own region, as CloudFormation asks it to. */
export const LOOKUP = `
export const handler = async (event) => {
  const described = await fetch(process.env.AWS_ENDPOINT_URL_DYNAMODB, {
    method: 'POST',
    headers: { 'x-amz-target': 'DynamoDB_20120810.DescribeTable' },
    body: JSON.stringify({ TableName: event.ResourceProperties.tableName }),
  });
  const { Table } = await described.json();
  const { StackId, RequestId, LogicalResourceId } = event;
  const body = JSON.stringify({
    Status: Table ? 'SUCCESS' : 'FAILED',
    Reason: 'there is no table ' + event.ResourceProperties.tableName,
    PhysicalResourceId: 'stream',
    StackId, RequestId, LogicalResourceId,
    Data: { StreamArn: Table?.LatestStreamArn },
  });
  await fetch(event.ResponseURL, { method: 'PUT', body });
};`;

/** Logs the keys of what it is given, and fails for a poisoned item. */
export const CONSUMER = `
export const handler = async ({ Records }) => {
  for (const { dynamodb } of Records) {
    if (dynamodb.NewImage.pk.S === 'poison') throw new Error('poisoned');
    console.log('CONSUMED ' + dynamodb.NewImage.pk.S);
  }
};`;

function functionResource(name: string, code: string): object {
  const Properties = {
    FunctionName: name,
    Code: { S3Key: `${code}.zip` },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Timeout: 5,
  };
  return { Type: 'AWS::Lambda::Function', Properties };
}

/** The templates of both regions: a global table that the first owns, and a consumer of each replica's stream. */
export function writeAssemblies({
  tableName = TABLE,
  lookup = LOOKUP,
  consumer = CONSUMER,
  schedule = undefined as { readonly function: string; readonly expression: string } | undefined,
} = {}): RegionAssembly[] {
  const folder = mkdtempSync(join(tmpdir(), 'twin-assembly-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return REGIONS.map((region, index) => {
    const assemblyDir = join(folder, region);
    for (const [name, source] of [
      ['lookup', lookup],
      ['consumer', consumer],
      ['scheduled', schedule?.function ?? ''],
    ] as const) {
      mkdirSync(join(assemblyDir, `asset.${name}`), { recursive: true });
      writeFileSync(join(assemblyDir, `asset.${name}`, 'index.mjs'), source);
    }
    const own = index === 0;
    const Resources = {
      ...(own && { T: tableResource() }),
      Lookup: functionResource('lookup', 'lookup'),
      Consumer: functionResource('consumer', 'consumer'),
      ...(schedule && scheduledResources(schedule.expression)),
      Failed: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'failed' } },
      Stream: {
        Type: 'Custom::ReplicaStream',
        Properties: { ServiceToken: { 'Fn::GetAtt': ['Lookup', 'Arn'] }, tableName },
      },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          FunctionName: { Ref: 'Consumer' },
          // The owner of the table knows its stream from the template, the other region has to look it up.
          EventSourceArn: { 'Fn::GetAtt': own ? ['T', 'StreamArn'] : ['Stream', 'StreamArn'] },
          StartingPosition: 'TRIM_HORIZON',
          BisectBatchOnFunctionError: true,
          MaximumRetryAttempts: 1,
          DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failed', 'Arn'] } } },
          FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ eventName: ['INSERT'] }) }] },
        },
      },
    };
    const artifacts = {
      Root: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Root.template.json' } },
    };
    writeFileSync(join(assemblyDir, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
    writeFileSync(join(assemblyDir, 'Root.template.json'), JSON.stringify({ Resources }));
    return { region, assemblyDir };
  });
}

/** A function that EventBridge runs, as CDK writes it: the rule, and the permission that it needs on AWS. */
function scheduledResources(expression: string): object {
  const Targets = [{ Id: 'Target0', Arn: { 'Fn::GetAtt': ['Scheduled', 'Arn'] } }];
  const Action = 'lambda:InvokeFunction';
  return {
    Scheduled: functionResource('scheduled', 'scheduled'),
    Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: expression, Targets } },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: { Action, FunctionName: { Ref: 'Scheduled' }, Principal: 'events.amazonaws.com' },
    },
  };
}

function tableResource(): object {
  const Properties = {
    TableName: TABLE,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    Replicas: REGIONS.map((Region) => ({ Region })),
  };
  return { Type: 'AWS::DynamoDB::GlobalTable', Properties };
}

/** Starts a twin on free ports and in a new folder; ended with the test. */
export async function startTwin(
  assemblies: readonly RegionAssembly[],
  {
    timeScale = 1,
    hostedZones = [],
    onNotice = () => undefined,
  }: {
    timeScale?: number;
    hostedZones?: HostedZoneDefinition[];
    onNotice?: (notice: string) => void;
  } = {},
): Promise<{ twin: Twin; dataDir: string }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'twin-data-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const common = { engineKind: 'dynoxide', seed: 1 } as const;
  const options = { ...common, assemblies, timeScale, hostedZones };
  const regions = assemblies.map(({ region }) => region);
  // Free at this moment; another test may be faster to take it.
  for (let attempt = 1; ; attempt += 1) {
    try {
      const portBase = await freePortBase(regions);
      const twin = await Twin.start({
        ...options,
        reservation: await reserveTwin({ regions, portBase, dataDir, fresh: false }),
        lagMs: { min: 0, max: 0 },
        onNotice,
      });
      onTestFinished(() => twin.stop());
      return { twin, dataDir };
    } catch (error) {
      if (!(error instanceof TwinError) || error.code !== 'PortInUse' || attempt === ATTEMPTS_MAX)
        throw error;
    }
  }
}

/** Calls a region's DynamoDB endpoint. */
export async function dynamodb(
  twin: Twin,
  region: string,
  [operation, body]: [string, object],
): Promise<Record<string, unknown>> {
  const { regions } = await twin.state();
  const url = regions.find((state) => state.region === region)?.dynamodb ?? '';
  const headers = { 'x-amz-target': `DynamoDB_20120810.${operation}` };
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body: JSON.stringify({ TableName: TABLE, ...body }),
  });
  if (!response.ok) throw new Error(`${operation} failed: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

/** The keys that a region's consumer has logged, in order. */
export function consumedIn(dataDir: string, region: string): string[] {
  const lines = readFileSync(join(dataDir, region, 'log.jsonl'), 'utf8').split('\n');
  return lines.flatMap((line) => /CONSUMED ([^\s"\\]+)/.exec(line)?.[1] ?? []);
}
