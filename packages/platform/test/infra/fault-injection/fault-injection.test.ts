// Goal: what can be started breaks what it says and nothing else, is ended by what is harm, and may be run by few.
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { type BrokenRegionOptions, brokenRegion } from './broken-region.ts';

const STRONG: BrokenRegionOptions = {
  regions: ['eu-west-1', 'eu-central-1', 'eu-west-3'],
  changes: { table: { consistency: 'strong', timeToLive: false }, routing: { policy: 'latency' } },
};

const HEALTH = ['shop-main-health-503', 'shop-main-health-delay', 'shop-main-health-error'];

const templates = new Map<BrokenRegionOptions, Template>();
const DEFAULT: BrokenRegionOptions = {};
function broken(options = DEFAULT): Template {
  const template = templates.get(options) ?? brokenRegion(options);
  templates.set(options, template);
  return template;
}

const experiments = (template: Template) =>
  new Map<string, Record<string, unknown>>(
    Object.values(template.findResources('AWS::FIS::ExperimentTemplate')).map(({ Properties }) => [
      Properties.Tags.Name,
      Properties,
    ]),
  );

const statementsOf = (template: Template, idStart: string): Record<string, unknown>[] =>
  Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith(idStart))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);

const alarmNamesOf = (template: Template, experiment: unknown): string[] => {
  const alarms = template.findResources('AWS::CloudWatch::Alarm');
  const conditions: { Source: string; Value: { 'Fn::GetAtt': [string, string] } }[] =
    Object(experiment).StopConditions;
  return conditions.map(({ Source, Value }) => {
    expect(Source).toBe('aws:cloudwatch:alarm');
    return alarms[Value['Fn::GetAtt'][0]]?.Properties.AlarmName;
  });
};

describe('experiments', () => {
  test.each<[string, BrokenRegionOptions, string[]]>([
    ['two Regions', DEFAULT, [...HEALTH, 'shop-main-replication-pause']],
    [
      'three Regions',
      { regions: ['eu-west-1', 'eu-central-1', 'eu-west-3'], changes: { routing: { policy: 'latency' } } },
      [...HEALTH, 'shop-main-replication-pause'],
    ],
    ['one Region', { regions: ['eu-west-1'] }, HEALTH],
    ['strong consistency', STRONG, HEALTH],
  ])('FaultInjection offers what can be broken with %s', (_, options, names) => {
    expect([...experiments(broken(options)).keys()].sort()).toEqual(names);
  });

  test.each([
    ['shop-main-health-503', 'aws:lambda:invocation-http-integration-response', { statusCode: '503' }],
    ['shop-main-health-error', 'aws:lambda:invocation-error', { preventExecution: 'true' }],
    ['shop-main-health-delay', 'aws:lambda:invocation-add-delay', { startupDelayMilliseconds: '2500' }],
  ])('%s breaks every invocation of the health function and no other', (name, actionId, parameters) => {
    const experiment = Object(experiments(broken()).get(name));
    const [action, ...others] = Object.values<Record<string, unknown>>(experiment.Actions);
    expect(others).toEqual([]);
    expect(action).toMatchObject({
      ActionId: actionId,
      Parameters: { duration: 'PT15M', invocationPercentage: '100', ...parameters },
      Targets: { Functions: 'Functions' },
    });
    const [id] = Object.entries(broken().findResources('AWS::Lambda::Function')).flatMap(([logicalId, fn]) =>
      fn.Properties.FunctionName === 'shop-main-health' ? [logicalId] : [],
    );
    expect(experiment.Targets).toEqual({
      Functions: {
        ResourceType: 'aws:lambda:function',
        SelectionMode: 'ALL',
        ResourceArns: [{ 'Fn::GetAtt': [id, 'Arn'] }],
      },
    });
    expect(experiment.ExperimentOptions.EmptyTargetResolutionMode).toBe('fail');
  });

  test("replication-pause breaks this Region's replica of the one table", () => {
    const experiment = Object(experiments(broken()).get('shop-main-replication-pause'));
    expect(experiment.Actions['replication-pause']).toEqual({
      ActionId: 'aws:dynamodb:global-table-pause-replication',
      Parameters: { duration: 'PT15M' },
      Targets: { Tables: 'Tables' },
    });
    expect(experiment.Targets.Tables.ResourceType).toBe('aws:dynamodb:global-table');
    expect(JSON.stringify(experiment.Targets.Tables.ResourceArns)).toMatch(
      /^.*"AWS::Region".*:table\/shop-main-items"\]\]\}\]$/,
    );
  });

  test('FaultInjection takes how hard and how long from its limits', () => {
    const template = broken({ limits: { durationMinutes: 3, percentage: 40, delayMs: 900 } });
    const texts = JSON.stringify([...experiments(template).values()]);
    expect(texts.match(/"duration":"PT3M"/g)).toHaveLength(4);
    expect(texts.match(/"invocationPercentage":"40"/g)).toHaveLength(3);
    expect(texts).toContain('"startupDelayMilliseconds":"900"');
  });
});

describe('stop conditions', () => {
  /** What an experiment is meant to trip. */
  const MEANT =
    /^(unhealthy|health-check|function-health-.*|api-.*|replication.*|heartbeat.*|region-impaired)$/;

  test.each<[string, BrokenRegionOptions, number]>([
    ['eventual consistency', DEFAULT, 5],
    ['strong consistency', STRONG, 4],
  ])('every experiment is ended by harm, and not by what it is for, with %s', (_, options, count) => {
    const template = broken(options);
    for (const [name, experiment] of experiments(template)) {
      const alarms = alarmNamesOf(template, experiment).map((alarm) => alarm.replace('shop-main-', ''));
      expect(alarms, name).toHaveLength(count);
      expect(alarms, name).toEqual(
        expect.arrayContaining(['function-api-errors', 'function-control-errors']),
      );
      expect(alarms.filter((alarm) => MEANT.test(alarm))).toEqual([]);
    }
  });

  test('FaultInjection refuses a Region that nothing watches', () => {
    expect(() => brokenRegion({ isWatched: false })).toThrow(/no alarm shop-main-function-api-errors/);
  });
});

describe('rights', () => {
  test('the role is for FIS only, and for experiments of this account and Region', () => {
    broken().hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Effect: 'Allow',
            Principal: { Service: 'fis.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: { 'aws:SourceArn': Match.objectLike({ 'Fn::Join': Match.anyValue() }) },
            },
          },
        ],
      },
    });
  });

  test('the role allows what its actions need, and nothing of the table where nothing is paused', () => {
    const actions = (options: BrokenRegionOptions) =>
      statementsOf(broken(options), 'ChaosRole').flatMap(({ Action }) => Action);
    const always = ['s3:PutObject', 's3:DeleteObject', 'lambda:GetFunction', 'tag:GetResources'];
    const pausing = ['DescribeTable', 'GetResourcePolicy', 'PutResourcePolicy', 'DeleteResourcePolicy'];
    expect(actions(DEFAULT)).toEqual([...always, ...pausing.map((action) => `dynamodb:${action}`)]);
    expect(actions(STRONG)).toEqual(always);
    expect(actions({ regions: ['eu-west-1'] })).toEqual(always);
  });

  test('only what IAM knows no resource for is allowed on every resource', () => {
    const [policy] = Object.values(broken().findResources('AWS::IAM::ManagedPolicy'));
    const all = [...statementsOf(broken(), 'Chaos'), ...(policy?.Properties.PolicyDocument.Statement ?? [])];
    const wide = all.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
    expect(wide).toEqual(['tag:GetResources', 'fis:ListExperimentTemplates', 'fis:ListExperiments']);
  });

  test('the policy starts exactly the templates that are there, and changes none', () => {
    const template = broken();
    const [policy, ...others] = Object.values(template.findResources('AWS::IAM::ManagedPolicy'));
    expect(others).toEqual([]);
    expect(policy?.Properties.ManagedPolicyName).toBe('shop-main-experimenter-eu-west-1');
    const statements: { Action: string; Resource: unknown[] }[] =
      policy?.Properties.PolicyDocument.Statement ?? [];
    const [start, ...rest] = statements;
    expect(start?.Action).toBe('fis:StartExperiment');
    const ids = Object.keys(template.findResources('AWS::FIS::ExperimentTemplate'));
    expect(start?.Resource).toHaveLength(ids.length + 1);
    for (const id of ids) expect(JSON.stringify(start?.Resource)).toContain(`{"Fn::GetAtt":["${id}","Id"]}`);
    expect(JSON.stringify(rest)).not.toMatch(/Create(Experiment|Target)|Update|Delete|PassRole|Tag/);
  });
});

describe('configuration', () => {
  test('the bucket is private, encrypted, asks for TLS, empties itself and goes with its stack', () => {
    broken().hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Delete',
      Properties: {
        BucketName: Match.absent(),
        VersioningConfiguration: Match.absent(),
        BucketEncryption: Match.anyValue(),
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 1, Status: 'Enabled' })] },
      },
    });
    const [policy] = Object.values(broken().findResources('AWS::S3::BucketPolicy'));
    const statements: { Effect: string; Condition: object }[] = policy?.Properties.PolicyDocument.Statement;
    expect(statements.map(({ Effect }) => Effect)).toEqual(['Deny', 'Deny']);
    expect(JSON.stringify(statements)).toContain('"aws:SecureTransport":"false"');
    // A custom resource that empties buckets would need rights over them.
    expect(Object.keys(broken().findResources('Custom::S3AutoDeleteObjects'))).toEqual([]);
  });

  test('the health function, and no other, runs through the extension and reads its folder only', () => {
    const template = broken();
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    const extended = functions.filter(({ Properties }) => Properties.Layers !== undefined);
    expect(extended.map(({ Properties }) => Properties.FunctionName)).toEqual(['shop-main-health']);
    const [{ Properties } = { Properties: {} }] = extended;
    expect(Properties.Layers).toEqual([
      '{{resolve:ssm:/aws/service/fis/lambda-extension/AWS-FIS-extension-arm64/1.x.x}}',
    ]);
    const { AWS_LAMBDA_EXEC_WRAPPER, AWS_FIS_CONFIGURATION_LOCATION } = Properties.Environment.Variables;
    expect(AWS_LAMBDA_EXEC_WRAPPER).toBe('/opt/aws-fis/bootstrap');
    const [bucketId] = Object.keys(template.findResources('AWS::S3::Bucket'));
    const arn = { 'Fn::GetAtt': [bucketId, 'Arn'] };
    expect(AWS_FIS_CONFIGURATION_LOCATION).toEqual({ 'Fn::Join': ['', [arn, '/FisConfigs/']] });
    const reads = statementsOf(template, 'health').filter(({ Action }) => String(Action).startsWith('s3:'));
    expect(reads).toEqual([
      {
        Action: 's3:ListBucket',
        Effect: 'Allow',
        Resource: arn,
        Condition: { StringLike: { 's3:prefix': ['FisConfigs/*'] } },
      },
      {
        Action: 's3:GetObject',
        Effect: 'Allow',
        Resource: { 'Fn::Join': ['', [arn, '/FisConfigs/*']] },
      },
    ]);
  });
});
