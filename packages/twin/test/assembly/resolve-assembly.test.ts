import { describe, expect, test } from 'vitest';
import {
  functionWith,
  resolveFiles,
  resolveResources,
  TABLE_KEYS,
  templateWith,
} from './assembly-fixture.ts';

describe('resolveAssembly()', () => {
  test('gives unnamed resources names that stay the same', () => {
    const template = {
      'Root.template.json': {
        Resources: {
          F: functionWith({}, { FunctionName: undefined }),
          T: { Type: 'AWS::DynamoDB::Table', Properties: TABLE_KEYS },
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
      KeySchema: TABLE_KEYS.KeySchema,
      Projection: { ProjectionType: 'ALL' },
      WarmThroughput: {},
    };
    const Properties = {
      ...TABLE_KEYS,
      TableName: 't',
      GlobalSecondaryIndexes: [index],
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: 'true' },
      Replicas: [{ Region: { Ref: 'AWS::Region' } }, { Region: 'eu-central-1' }],
    };
    const { WarmThroughput: _, ...kept } = index;
    expect(resolveResources({ T: { Type: 'AWS::DynamoDB::GlobalTable', Properties } }).tables).toEqual([
      {
        tableName: 't',
        attributeDefinitions: TABLE_KEYS.AttributeDefinitions,
        keySchema: TABLE_KEYS.KeySchema,
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
        Properties: {
          ...TABLE_KEYS,
          Replicas: [{ Region: 'eu-west-1', DeletionProtectionEnabled: true, ...off }],
        },
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
