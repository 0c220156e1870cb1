import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, NestedStack, Stack } from 'aws-cdk-lib';
import { CorsHttpMethod, HttpApi, HttpMethod, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, type CfnGlobalTable, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ResolvedRegion } from '../../src/assembly/resolved-region.ts';
import { resolveDirectory } from './assembly-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'cdk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An app as the platform's: a table, functions and an API in two nested stacks of one environment-agnostic stack. */
function synthesize(context: Record<string, unknown> = {}): string {
  const code = join(folder, 'code');
  mkdirSync(code, { recursive: true });
  writeFileSync(join(code, 'index.mjs'), 'export const handler = async () => ({ ok: true });');
  const app = new App({ outdir: mkdtempSync(join(folder, 'out-')), context, analyticsReporting: false });
  const root = new Stack(app, 'Root');
  const data = new NestedStack(root, 'data');
  const edge = new NestedStack(root, 'edge');
  const table = new TableV2(data, 'Items', {
    tableName: 'p-main-items',
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    timeToLiveAttribute: 'ttl',
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
  });
  const global = table.node.defaultChild as CfnGlobalTable;
  global.addPropertyOverride('Replicas.1', {
    Region: 'eu-central-1',
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  const handler = new LambdaFunction(edge, 'Handler', {
    code: Code.fromAsset(code),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_22_X,
    loggingFormat: LoggingFormat.JSON,
    logGroup: new LogGroup(edge, 'Logs', { logGroupName: '/aws/lambda/handler' }),
    environment: { TABLE_NAME: table.tableName, TABLE_ARN: table.tableArn },
  });
  table.grantReadWriteData(handler);
  const api = new HttpApi(edge, 'Api', {
    apiName: 'p-main',
    createDefaultStage: false,
    corsPreflight: { allowOrigins: ['https://app.example'], allowMethods: [CorsHttpMethod.GET] },
  });
  const integration = new HttpLambdaIntegration('Integration', handler);
  api.addRoutes({ path: '/items/{pk}', methods: [HttpMethod.GET, HttpMethod.PUT], integration });
  const stage = new HttpStage(edge, 'Stage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: 50, burstLimit: 100 },
  });
  new CfnOutput(root, 'Endpoint', { value: api.apiEndpoint });
  new CfnOutput(root, 'StageUrl', { value: stage.url });
  return app.synth().directory;
}

describe('resolveAssembly() of what the CDK writes', () => {
  let resolved: ResolvedRegion;
  beforeAll(() => {
    resolved = resolveDirectory(synthesize());
  }, 30_000);

  test('gives the table, its stream and its replicas', () => {
    expect(resolved.tables).toEqual([
      {
        tableName: 'p-main-items',
        attributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        keySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        ttlAttribute: 'ttl',
        streamViewType: 'NEW_AND_OLD_IMAGES',
        replicaRegions: ['eu-west-1', 'eu-central-1'],
      },
    ]);
  });

  test('gives the function with what it reads of the other nested stack, and its routes', () => {
    expect(resolved.functions).toMatchObject([
      {
        functionName: expect.stringMatching(/^Root-edge/),
        logGroup: '/aws/lambda/handler',
        logFormat: 'JSON',
        environment: {
          TABLE_NAME: 'p-main-items',
          TABLE_ARN: 'arn:aws:dynamodb:eu-west-1:123456789012:table/p-main-items',
        },
      },
    ]);
    const functionName = resolved.functions[0]?.functionName;
    const common = { functionName, timeoutMs: 30_000, authorizationType: 'NONE' };
    expect(resolved.httpApis).toMatchObject([
      {
        apiName: 'p-main',
        stageName: '$default',
        defaultThrottle: { rateLimit: 50, burstLimit: 100 },
        cors: { allowOrigins: ['https://app.example'], allowMethods: ['GET'] },
        routes: [
          { ...common, routeKey: 'GET /items/{pk}' },
          { ...common, routeKey: 'PUT /items/{pk}' },
        ],
      },
    ]);
  });

  test('points outputs at the twin and names what it leaves out', () => {
    expect(resolved.outputs.Endpoint).toMatch(/^http:\/\/127\.0\.0\.1:4011\/Api/);
    expect(resolved.outputs.StageUrl).toMatch(/^http:\/\/127\.0\.0\.1:4011\/Api\w+\/$/);
    const types = resolved.notEmulated.map(({ type }) => type);
    expect(types).toContain('AWS::DynamoDB::GlobalTable PointInTimeRecoverySpecification');
    expect(types).toContain('AWS::IAM::Policy (permissions are not enforced)');
    expect(
      types.filter((type) => /CDK::Metadata|CloudFormation::Stack|Permission|LogGroup/.test(type)),
    ).toEqual([]);
  });

  test('reads assets by their metadata as well, as Amplify has them written', () => {
    const withMetadata = resolveDirectory(
      synthesize({ 'aws:cdk:enable-asset-metadata': true, 'aws:cdk:enable-path-metadata': true }),
    );
    expect(withMetadata.tables).toEqual(resolved.tables);
    expect(withMetadata.functions[0]?.codeDir).toMatch(/asset\.[0-9a-f]{64}$/);
  }, 30_000);
});
