import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AssemblyError } from '../../../local/assembly/assembly-error.ts';
import { mergeTables } from '../../../local/assembly/merge-tables.ts';
import type { ResolvedRegion } from '../../../local/assembly/resolved-region.ts';
import {
  errorOf,
  functionWith,
  resolveDirectory,
  resolveFiles,
  templateWith,
  writeAssembly,
} from './assembly-fixture.ts';

function resolveResources(Resources: object): ResolvedRegion {
  return resolveFiles({ 'Root.template.json': { Resources } });
}

const KEYS = {
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
};

describe('resolveAssembly() fails with the file and the remedy', () => {
  test.each<[string, object, string, RegExp]>([
    [
      'a manifest that is not JSON',
      { 'manifest.json': '{' },
      'BrokenAssembly',
      /manifest\.json: it is not JSON/,
    ],
    ['a manifest without artifacts', { 'manifest.json': {} }, 'BrokenAssembly', /lists no artifacts/],
    ['a missing template', {}, 'BrokenAssembly', /Root\.template\.json: there is no such file/],
    [
      'a template that is not JSON',
      { 'Root.template.json': 'Resources:' },
      'BrokenAssembly',
      /it is not JSON/,
    ],
    [
      'a template without resources',
      { 'Root.template.json': {} },
      'BrokenAssembly',
      /no CloudFormation template/,
    ],
    [
      'a schema of the future',
      { 'manifest.json': { version: '99.0.0', artifacts: {} } },
      'UnknownSchemaVersion',
      /schema version is 99\.0\.0.*npm ci/,
    ],
    [
      'a schema without a version',
      { 'manifest.json': { artifacts: {} } },
      'UnknownSchemaVersion',
      /undefined/,
    ],
    [
      'a CDK stage',
      {
        'manifest.json': {
          version: '55.0.0',
          artifacts: { Prod: { type: 'cdk:cloud-assembly', properties: {} } },
        },
      },
      'BrokenAssembly',
      /stage "Prod"/,
    ],
  ])('on %s', (_, files, code, message) => {
    const error = errorOf(() => resolveFiles(files as never));
    expect(error).toBeInstanceOf(AssemblyError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('on a folder that does not exist', () => {
    expect(errorOf(() => resolveDirectory('/nowhere'))).toMatchObject({ code: 'BrokenAssembly' });
  });

  test('on code that is missing', () => {
    const directory = writeAssembly({ 'Root.template.json': templateWith({}) });
    rmSync(join(directory, 'asset.c0de'), { recursive: true });
    expect(errorOf(() => resolveDirectory(directory))).toMatchObject({
      code: 'BrokenAssembly',
      logicalId: 'F',
    });
  });

  test('on a property that its type does not take', () => {
    const T = {
      Type: 'AWS::DynamoDB::Table',
      Properties: { ...KEYS, AttributeDefinitions: [{ AttributeName: 'pk' }] },
    };
    expect(errorOf(() => resolveResources({ T }))).toMatchObject({
      code: 'InvalidResource',
      logicalId: 'T',
      path: 'Properties.AttributeDefinitions.0.AttributeType',
    });
  });
});

describe('resolveAssembly()', () => {
  test('gives unnamed resources names that stay the same', () => {
    const template = {
      'Root.template.json': {
        Resources: {
          F: functionWith({}, { FunctionName: undefined }),
          T: { Type: 'AWS::DynamoDB::Table', Properties: KEYS },
        },
      },
    };
    const [first, second] = [resolveFiles(template), resolveFiles(template)];
    expect(first.functions[0]?.functionName).toMatch(/^Root-F-[A-Z0-9]{12}$/);
    expect(first.tables[0]?.tableName).toMatch(/^Root-T-[A-Z0-9]{12}$/);
    expect(second.functions[0]?.functionName).toBe(first.functions[0]?.functionName);
    expect(second.tables).toEqual(first.tables);
  });

  test('gives a function Lambda’s defaults, and reads its logging', () => {
    const bare = { FunctionName: 'f', Code: { S3Key: 'c0de.zip' }, Handler: 'a.b', Runtime: 'nodejs24.x' };
    const { functions } = resolveResources({ F: { Type: 'AWS::Lambda::Function', Properties: bare } });
    expect(functions).toEqual([
      {
        functionName: 'f',
        functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:f',
        handler: 'a.b',
        codeDir: expect.stringMatching(/\/asset\.c0de$/),
        environment: {},
        memoryMb: 128,
        timeoutMs: 3000,
        runtime: 'nodejs24.x',
        logFormat: 'Text',
        logGroup: '/aws/lambda/f',
      },
    ]);
    const LoggingConfig = { LogFormat: 'JSON', LogGroup: '/g', ApplicationLogLevel: 'DEBUG' };
    const F = functionWith({}, { LoggingConfig, MemorySize: '512', Timeout: 10 });
    expect(resolveResources({ F }).functions[0]).toMatchObject({
      logFormat: 'JSON',
      logGroup: '/g',
      applicationLogLevel: 'DEBUG',
      memoryMb: 512,
      timeoutMs: 10_000,
    });
  });

  test('reads a global table with its replicas, indexes, stream and TTL', () => {
    const index = {
      IndexName: 'i',
      KeySchema: KEYS.KeySchema,
      Projection: { ProjectionType: 'ALL' },
      WarmThroughput: {},
    };
    const Properties = {
      ...KEYS,
      TableName: 't',
      GlobalSecondaryIndexes: [index],
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: 'true' },
      Replicas: [{ Region: { Ref: 'AWS::Region' } }, { Region: 'eu-central-1' }],
    };
    const { WarmThroughput: _, ...kept } = index;
    expect(resolveResources({ T: { Type: 'AWS::DynamoDB::GlobalTable', Properties } }).tables).toEqual([
      {
        tableName: 't',
        attributeDefinitions: KEYS.AttributeDefinitions,
        keySchema: KEYS.KeySchema,
        globalSecondaryIndexes: [kept],
        ttlAttribute: 'ttl',
        streamViewType: 'NEW_AND_OLD_IMAGES',
        replicaRegions: ['eu-west-1', 'eu-central-1'],
      },
    ]);
  });

  test('names what is not emulated, once a type, and nothing that is', () => {
    const off = { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } };
    const { notEmulated } = resolveResources({
      F: functionWith({}, { ReservedConcurrentExecutions: 5 }),
      Python: functionWith({}, { Runtime: 'python3.13' }),
      Inline: functionWith({}, { Code: { ZipFile: 'x' } }),
      On: {
        Type: 'AWS::DynamoDB::GlobalTable',
        Properties: { ...KEYS, Replicas: [{ Region: 'eu-west-1', DeletionProtectionEnabled: true, ...off }] },
      },
      AlarmB: { Type: 'AWS::CloudWatch::Alarm' },
      AlarmA: { Type: 'AWS::CloudWatch::Alarm' },
      Role: { Type: 'AWS::IAM::Role' },
      Meta: { Type: 'AWS::CDK::Metadata' },
      Permission: { Type: 'AWS::Lambda::Permission' },
      Group: { Type: 'AWS::Logs::LogGroup' },
    });
    const told = notEmulated.filter(({ type }) => !type.includes('run by Node.js'));
    expect(told).toEqual([
      { type: 'AWS::CloudWatch::Alarm', logicalIds: ['AlarmA', 'AlarmB'] },
      { type: 'AWS::DynamoDB::GlobalTable DeletionProtectionEnabled', logicalIds: ['On'] },
      { type: 'AWS::IAM::Role (permissions are not enforced)', logicalIds: ['Role'] },
      { type: 'AWS::Lambda::Function ReservedConcurrentExecutions', logicalIds: ['F'] },
      { type: 'AWS::Lambda::Function with code inside the template', logicalIds: ['Inline'] },
      { type: 'AWS::Lambda::Function with runtime python3.13', logicalIds: ['Python'] },
    ]);
  });

  test('leaves out a root stack that is bound to another region, and names what is in it', () => {
    const stack = (templateFile: string, environment: string): object => ({
      type: 'aws:cloudformation:stack',
      environment,
      properties: { templateFile, stackName: templateFile },
    });
    const artifacts = {
      Here: stack('here.json', 'aws://123456789012/eu-west-1'),
      Edge: stack('edge.json', 'aws://123456789012/us-east-1'),
    };
    const resolved = resolveFiles({
      'manifest.json': { version: '55.0.0', artifacts },
      'here.json': templateWith({}),
      'edge.json': { Resources: { Waf: { Type: 'AWS::WAFv2::WebACL' } } },
    });
    expect(resolved.functions).toHaveLength(1);
    expect(resolved.notEmulated).toContainEqual({
      type: 'AWS::WAFv2::WebACL in us-east-1',
      logicalIds: ['Waf'],
    });
  });

  test('survives a trip through JSON', () => {
    const resolved = resolveFiles({ 'Root.template.json': templateWith({ A: '1' }) });
    expect(JSON.parse(JSON.stringify(resolved))).toEqual(resolved);
  });
});

describe('resolveAssembly() reads an HTTP API', () => {
  const integration = (properties: object = {}): object => ({
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': ['F', 'Arn'] },
      PayloadFormatVersion: '2.0',
      ...properties,
    },
  });
  const route = (RouteKey: string, properties: object = {}): object => ({
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: 'Api' },
      RouteKey,
      Target: { 'Fn::Sub': `integrations/\${I}` },
      ...properties,
    },
  });
  const stage = (StageName: string, properties: object = {}): object => ({
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { ApiId: { Ref: 'Api' }, StageName, ...properties },
  });
  const base = {
    F: functionWith({}),
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'n', ProtocolType: 'HTTP' } },
    I: integration(),
  };
  const apiOf = (resources: object) => resolveResources({ ...base, ...resources });

  test('with routes, throttles, CORS and access log', () => {
    const CorsConfiguration = {
      AllowOrigins: ['*'],
      AllowMethods: ['GET'],
      MaxAge: 60,
      AllowCredentials: false,
    };
    const { httpApis } = apiOf({
      Api: {
        Type: 'AWS::ApiGatewayV2::Api',
        Properties: { Name: 'n', ProtocolType: 'HTTP', CorsConfiguration, DisableExecuteApiEndpoint: true },
      },
      I: integration({ TimeoutInMillis: 5000 }),
      R: route('GET /health'),
      D: route('$default', { AuthorizationType: 'JWT' }),
      Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/access' } },
      S: stage('$default', {
        DefaultRouteSettings: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
        RouteSettings: { 'GET /health': { ThrottlingRateLimit: 1 } },
        AccessLogSettings: { DestinationArn: { 'Fn::GetAtt': ['Logs', 'Arn'] }, Format: '$context.status' },
        StageVariables: { a: '1' },
      }),
    });
    const common = { functionName: 'f', timeoutMs: 5000 };
    expect(httpApis).toEqual([
      {
        apiId: expect.stringMatching(/^[a-z0-9]{10}$/),
        apiName: 'n',
        stageName: '$default',
        routes: [
          {
            ...common,
            routeKey: 'GET /health',
            authorizationType: 'NONE',
            throttle: { rateLimit: 1, burstLimit: 5000 },
          },
          { ...common, routeKey: '$default', authorizationType: 'JWT' },
        ],
        defaultThrottle: { rateLimit: 10, burstLimit: 20 },
        cors: { allowOrigins: ['*'], allowMethods: ['GET'], maxAgeSeconds: 60, allowCredentials: false },
        accessLogFormat: '$context.status',
        accessLogGroup: '/access',
        stageVariables: { a: '1' },
        disableExecuteApiEndpoint: true,
      },
    ]);
  });

  test.each([
    [
      'an HTTP_PROXY integration',
      { I: integration({ IntegrationType: 'HTTP_PROXY', IntegrationUri: 'http://x' }) },
    ],
    ['payload format 1.0', { I: integration({ PayloadFormatVersion: '1.0' }) }],
    ['a function that is not run', { F: functionWith({}, { Runtime: 'python3.13' }) }],
    ['no integration', { R: route('GET /a', { Target: 'integrations/gone' }) }],
  ])('with the reason why a route with %s cannot be run', (what, resources) => {
    const { httpApis, notEmulated } = apiOf({ R: route('GET /a'), S: stage('$default'), ...resources });
    expect(httpApis[0]?.routes[0]?.notEmulated).toContain(what);
    expect(notEmulated).toContainEqual({ type: `AWS::ApiGatewayV2::Route with ${what}`, logicalIds: ['R'] });
  });

  test('with the function of an alias and of the long form of an integration URI', () => {
    const uri = `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${F.Arn}/invocations`;
    const alias = { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'F' }, Name: 'live' } };
    for (const IntegrationUri of [{ 'Fn::Sub': uri }, { Ref: 'Alias' }]) {
      const { httpApis } = apiOf({
        I: integration({ IntegrationUri }),
        R: route('GET /a'),
        S: stage('$default'),
        Alias: alias,
      });
      expect(httpApis[0]?.routes[0]).toMatchObject({ functionName: 'f' });
      expect(httpApis[0]?.routes[0]).not.toHaveProperty('notEmulated');
    }
  });

  test('with one stage, $default before others, and names the rest', () => {
    const { httpApis, notEmulated } = apiOf({ Dev: stage('dev'), S: stage('$default') });
    expect(httpApis[0]?.stageName).toBe('$default');
    expect(notEmulated).toContainEqual({
      type: 'AWS::ApiGatewayV2::Stage beside $default',
      logicalIds: ['Dev'],
    });
    expect(apiOf({}).httpApis).toEqual([]);
    expect(apiOf({}).notEmulated).toContainEqual({
      type: 'AWS::ApiGatewayV2::Api without a stage',
      logicalIds: ['Api'],
    });
  });

  test('unless it is a WebSocket API, which it names', () => {
    const Api = { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'n', ProtocolType: 'WEBSOCKET' } };
    const { httpApis, notEmulated } = apiOf({ Api, S: stage('prod') });
    expect(httpApis).toEqual([]);
    expect(notEmulated).toContainEqual({
      type: 'AWS::ApiGatewayV2::Api with protocol WEBSOCKET',
      logicalIds: ['Api'],
    });
  });
});

describe('mergeTables()', () => {
  const table = (tableName: string, replicaRegions: string[]) => ({
    tableName,
    attributeDefinitions: [],
    keySchema: [],
    replicaRegions,
  });
  const regionOf = (region: string, tables: ReturnType<typeof table>[]): ResolvedRegion => ({
    region,
    accountId: '1',
    tables,
    functions: [],
    httpApis: [],
    eventSourceMappings: [],
    customResources: [],
    route53: { zones: [], checks: [], records: [] },
    customDomains: [],
    outputs: {},
    notEmulated: [],
  });

  test('puts a global table into each of its regions and a local one into its own', () => {
    const merged = mergeTables([
      regionOf('a', [table('global', ['a', 'b']), table('local', ['a'])]),
      regionOf('b', []),
    ]);
    expect(merged.get('a')?.map(({ tableName }) => tableName)).toEqual(['global', 'local']);
    expect(merged.get('b')).toEqual([table('global', ['a', 'b'])]);
  });

  test('leaves out replicas in regions that nobody runs', () => {
    expect(mergeTables([regionOf('a', [table('t', ['a', 'elsewhere'])])]).get('a')).toEqual([
      table('t', ['a']),
    ]);
  });

  test('takes the same definition from two templates and fails on different ones', () => {
    const same = [regionOf('a', [table('t', ['a', 'b'])]), regionOf('b', [table('t', ['a', 'b'])])];
    expect(mergeTables(same).get('b')).toHaveLength(1);
    const different = [regionOf('a', [table('t', ['a', 'b'])]), regionOf('b', [table('t', ['b'])])];
    expect(errorOf(() => mergeTables(different))).toMatchObject({ code: 'ConflictingTables' });
  });
});
