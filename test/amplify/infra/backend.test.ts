import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { allowedRequestHeaders, exposedHeaders } from '../../../amplify/contract/headers.ts';
import { routes } from '../../../amplify/contract/routes.ts';
import { topology } from '../../../amplify/topology/topology.ts';
import {
  type Resource,
  resourcesOf,
  type SynthesizedBackend,
  stringsIn,
  synthesizedBackend,
} from './synthesized-backend.ts';

const [PRIMARY, SECONDARY] = topology.regions;
let primary: SynthesizedBackend;
let secondary: SynthesizedBackend;
let sandbox: SynthesizedBackend;

beforeAll(async () => {
  const main = await synthesizedBackend('branch', {
    name: 'main',
    regions: topology.regions,
    validate: true,
  });
  const own = await synthesizedBackend('sandbox', {
    name: 'ann',
    regions: [SECONDARY ?? ''],
    validate: false,
  });
  [primary, secondary, sandbox] = [one(main[0]), one(main[1]), one(own[0])];
}, 120_000);

describe('backend.ts', () => {
  test('synthesizes without a finding of template validation', () => {
    for (const backend of [primary, secondary]) expect(backend.validationReport?.pluginReports).toEqual([]);
  });

  test('has no circular dependency and no import between stacks', () => {
    for (const { root, platform } of everything()) {
      // Template.fromJSON refuses cycles.
      expect(() => [root, platform].map((template) => Template.fromJSON({ ...template }))).not.toThrow();
      expect(JSON.stringify([root, platform])).not.toContain('Fn::ImportValue');
    }
  });

  test('names no account, and no other Region but in the table, REGIONS and this one', () => {
    for (const { region, root, platform } of everything()) {
      expect(JSON.stringify([root, platform])).not.toMatch(/\b\d{12}\b/);
      const others = Object.entries({ ...root.Resources, ...platform.Resources })
        .filter(([, { Type }]) => Type !== 'AWS::DynamoDB::GlobalTable')
        .flatMap(([, resource]) => stringsIn(resource))
        .flatMap(
          (text) => text.match(/\b(eu|us|ap)-(west|central|east)-\d\b/g)?.map((found) => [found, text]) ?? [],
        )
        .filter(([found, text]) => found !== region && text !== topology.regions.join(','));
      expect(others).toEqual([]);
    }
  });

  test('tags everything that can be tagged with project, stage and region', () => {
    for (const { region, root, platform } of [primary, secondary]) {
      const tagged = Object.values({ ...root.Resources, ...platform.Resources }).filter(
        ({ Properties }) => Properties?.Tags !== undefined,
      );
      expect(tagged.length).toBeGreaterThan(8);
      for (const { Type, Properties } of tagged) {
        expect(tagsOf(Properties?.Tags), Type).toMatchObject({ project: 'gsp', stage: 'main', region });
      }
    }
  });

  test('gives every log group a retention and every function a log group', () => {
    for (const { root, platform } of everything()) {
      for (const template of [root, platform]) {
        for (const [id, { Properties }] of resourcesOf(template, 'AWS::Logs::LogGroup')) {
          expect(Properties?.RetentionInDays, id).toBe(7);
        }
        for (const [id, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function')) {
          const { LogGroup } = Object(Properties?.LoggingConfig);
          expect(Object.keys(template.Resources), id).toContain(LogGroup?.Ref);
        }
      }
    }
  });

  test("tells clients this Region's API, role and stage in customOutputs", () => {
    const outputs = everything().map(({ region, root }) => ({ region, custom: customOutputs(root.Outputs) }));
    expect(outputs[0]?.custom).toEqual({
      version: '1.4',
      custom: {
        API: {
          'gsp-main-eu-west-1': { endpoint: '<ApiEndpoint>', region: PRIMARY, apiName: 'gsp-main-eu-west-1' },
        },
        platform: {
          project: 'gsp',
          stage: 'main',
          regions: { 'eu-west-1': { role: 'primary', apiName: 'gsp-main-eu-west-1' } },
        },
      },
    });
    expect(outputs[1]?.custom).toMatchObject({
      custom: {
        platform: { regions: { 'eu-central-1': { role: 'secondary', apiName: 'gsp-main-eu-central-1' } } },
      },
    });
  });
});

describe('functions', () => {
  test.each([
    ['health', 3],
    ['api', 10],
  ])('%s runs on Node.js 24 and arm64, logs JSON and ends after %i s', (name, timeoutSeconds) => {
    for (const { platform } of [primary, secondary]) {
      const { Properties } = functionNamed(platform.Resources, `gsp-main-${name}`);
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: 512,
        Timeout: timeoutSeconds,
        LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO' },
      });
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
      expect(Properties?.Environment).toMatchObject({
        Variables: {
          TABLE_NAME: 'gsp-main-items',
          PROJECT: 'gsp',
          STAGE: 'main',
          REGIONS: 'eu-west-1,eu-central-1',
          BODY_LIMIT_BYTES: '4096',
          DEFAULT_TTL_SECONDS: '3600',
        },
      });
    }
  });

  test("roles allow exact actions on this Region's replica and the own log group, and nothing else", () => {
    const replica = {
      'Fn::Join': [
        '',
        [
          'arn:',
          { Ref: 'AWS::Partition' },
          ':dynamodb:',
          { Ref: 'AWS::Region' },
          ':',
          { Ref: 'AWS::AccountId' },
          ':table/gsp-main-items',
        ],
      ],
    };
    for (const { region, platform } of [primary, secondary]) {
      const logs = (name: string) => ({
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: {
          'Fn::GetAtt': [logGroupNamed(platform.Resources, `/aws/lambda/gsp-main-${name}`), 'Arn'],
        },
      });
      const canary = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [`sys#health#${region}`] } };
      const table = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: replica });
      expect(statementsByFunction(platform.Resources)).toEqual({
        health: [logs('health'), { ...table('dynamodb:GetItem', 'dynamodb:PutItem'), Condition: canary }],
        api: [logs('api'), table('dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query')],
      });
    }
  });

  test('no role of ours has a managed policy or a wildcard', () => {
    for (const { platform } of everything()) {
      const roles = resourcesOf(platform, 'AWS::IAM::Role');
      expect(roles).toHaveLength(2);
      for (const [id, { Properties }] of roles)
        expect(Properties, id).not.toHaveProperty('ManagedPolicyArns');
      const policies = resourcesOf(platform, 'AWS::IAM::Policy');
      expect(
        policies.flatMap(([, { Properties }]) => stringsIn(Properties?.PolicyDocument)),
      ).not.toContainEqual(expect.stringContaining('*'));
    }
  });

  test("the only wildcards of the root stack are Amplify's own, which links the branch", () => {
    for (const { root } of everything()) {
      const wild = [...resourcesOf(root, 'AWS::IAM::Policy'), ...resourcesOf(root, 'AWS::IAM::Role')]
        .filter(([, { Properties }]) => stringsIn(Properties).some((text) => text.includes('*')))
        .map(([id]) => id);
      for (const id of wild) expect(id).toMatch(/^AmplifyBranchLinker/);
    }
  });
});

describe('table', () => {
  test('is owned by the primary, with a replica in each Region', () => {
    const [[, table] = []] = resourcesOf(primary.platform, 'AWS::DynamoDB::GlobalTable');
    expect(table?.Properties).toMatchObject({
      TableName: 'gsp-main-items',
      Replicas: topology.regions.map((Region) => ({ Region, DeletionProtectionEnabled: true })),
    });
    expect(table?.DeletionPolicy).toBe('Retain');
  });

  test('is no resource of the secondary, which knows it by name', () => {
    expect(resourcesOf(secondary.platform, 'AWS::DynamoDB::GlobalTable')).toEqual([]);
  });

  test('has one replica and goes away with its stack when it is a sandbox', () => {
    const [[, table] = []] = resourcesOf(sandbox.platform, 'AWS::DynamoDB::GlobalTable');
    expect(table?.Properties).toMatchObject({
      TableName: 'gsp-sandbox-ann-items',
      Replicas: [{ Region: SECONDARY, DeletionProtectionEnabled: false }],
    });
    expect(table?.DeletionPolicy).toBe('Delete');
  });
});

describe('api', () => {
  const keys = [...routes.map(({ method, path }) => `${method} ${path}`), '$default'];

  test('has each route of the contract and a default, each with an integration of payload format 2.0', () => {
    for (const { platform } of [primary, secondary]) {
      const declared = resourcesOf(platform, 'AWS::ApiGatewayV2::Route').map(
        ([, { Properties }]) => Properties,
      );
      expect(declared.map((route) => route?.RouteKey).sort()).toEqual([...keys].sort());
      for (const route of declared) {
        const integration = platform.Resources[refIn(route?.Target)]?.Properties;
        expect(integration, String(route?.RouteKey)).toMatchObject({
          IntegrationType: 'AWS_PROXY',
          PayloadFormatVersion: '2.0',
        });
        const handler = platform.Resources[refIn(integration?.IntegrationUri)]?.Properties?.FunctionName;
        const isProbe = routes.some(
          ({ method, path, bucket }) => bucket === 'probe' && route?.RouteKey === `${method} ${path}`,
        );
        expect(handler, String(route?.RouteKey)).toBe(isProbe ? 'gsp-main-health' : 'gsp-main-api');
      }
    }
  });

  test('throttles each route, probes in buckets of their own', () => {
    const { probe, traffic } = topology.settings.throttle;
    for (const { platform } of [primary, secondary]) {
      const [[, stage] = []] = resourcesOf(platform, 'AWS::ApiGatewayV2::Stage');
      const expected = Object.fromEntries(
        keys.map((key) => {
          const { rateLimit, burstLimit } = key.startsWith('GET /health') ? probe : traffic;
          return [
            key,
            {
              ThrottlingRateLimit: rateLimit,
              ThrottlingBurstLimit: burstLimit,
              DetailedMetricsEnabled: true,
            },
          ];
        }),
      );
      expect(stage?.Properties?.RouteSettings).toEqual(expected);
      expect(stage?.Properties?.DefaultRouteSettings).toEqual(expected.$default);
    }
  });

  test('answers the browsers that the topology names, with the headers of the contract', () => {
    for (const { platform } of [primary, secondary]) {
      const [[, api] = []] = resourcesOf(platform, 'AWS::ApiGatewayV2::Api');
      expect(api?.Properties?.CorsConfiguration).toEqual({
        AllowOrigins: topology.settings.cors.allowOrigins,
        AllowMethods: [...new Set(routes.map(({ method }) => method))],
        AllowHeaders: [...allowedRequestHeaders],
        ExposeHeaders: [...exposedHeaders],
        AllowCredentials: false,
        MaxAge: 600,
      });
    }
  });
});

describe('both Regions', () => {
  test('differ in nothing but what is listed here', () => {
    expect(differences(primary, secondary)).toEqual(
      [
        // The primary owns the table.
        'platform: AWS::DynamoDB::GlobalTable in one only',
        // Each names and tags itself.
        'platform: AWS::ApiGatewayV2::Api Properties.Name',
        'platform: AWS::IAM::Policy Properties.PolicyDocument.Statement.1.Condition.ForAllValues:StringEquals.dynamodb:LeadingKeys.0',
        'platform: AWS::Logs::LogGroup Properties.LogGroupName',
        'platform: region tag',
        'root: region tag',
        'root: customOutputs',
        // The nested template's asset is its content.
        'root: AWS::CloudFormation::Stack Properties.TemplateURL',
      ].sort(),
    );
  });
});

function everything(): SynthesizedBackend[] {
  return [primary, secondary, sandbox];
}

function one<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing was synthesized');
  return value;
}

function tagsOf(tags: unknown): Record<string, string> {
  if (!Array.isArray(tags)) return Object(tags);
  return Object.fromEntries(tags.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]));
}

function customOutputs(outputs: SynthesizedBackend['root']['Outputs']): unknown {
  const join = Object(outputs?.customOutputs?.Value)['Fn::Join'];
  const text = join[1].map((part: unknown) => (typeof part === 'string' ? part : '<ApiEndpoint>')).join('');
  return JSON.parse(text);
}

type Resources = SynthesizedBackend['platform']['Resources'];

function functionNamed(resources: Resources, name: string): Resource {
  return one(
    Object.values(resources).find(
      ({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties?.FunctionName === name,
    ),
  );
}

function logGroupNamed(resources: Resources, name: string): string {
  const [id] = one(Object.entries(resources).find(([, { Properties }]) => Properties?.LogGroupName === name));
  return id;
}

/** Statements of each function's role, by the function's own part of its name. */
function statementsByFunction(resources: Resources): Record<string, unknown> {
  const policies = Object.values(resources).filter(({ Type }) => Type === 'AWS::IAM::Policy');
  return Object.fromEntries(
    ['health', 'api'].map((name) => {
      const role = refIn(functionNamed(resources, `gsp-main-${name}`).Properties?.Role);
      const own = policies.filter(({ Properties }) => JSON.stringify(Properties?.Roles).includes(role));
      return [name, own.flatMap(({ Properties }) => Object(Properties?.PolicyDocument).Statement)];
    }),
  );
}

/** The logical id that a Ref, GetAtt or Join with one of them points to. */
function refIn(value: unknown): string {
  const found = JSON.stringify(value).match(/"(?:Ref":|Fn::GetAtt":\[)"([A-Za-z0-9]+)"/);
  return found?.[1] ?? '';
}

function differences(a: SynthesizedBackend, b: SynthesizedBackend): string[] {
  const found = new Set<string>();
  for (const name of ['root', 'platform'] as const) {
    const [left, right] = [a[name].Resources, b[name].Resources];
    for (const id of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const type = left[id]?.Type ?? right[id]?.Type;
      if (left[id] === undefined || right[id] === undefined) found.add(`${name}: ${type} in one only`);
      else
        for (const path of differingPaths(left[id], right[id]))
          found.add(`${name}: ${describeDifference(type ?? '', path)}`);
    }
    for (const [path] of differingPaths(a[name].Outputs, b[name].Outputs)) found.add(`${name}: ${path}`);
  }
  return [...found].sort();
}

function describeDifference(type: string, path: readonly string[]): string {
  const isRegionTag = path[1] === 'Tags' && (path[2] === 'region' || path.at(-1) === 'Value');
  if (isRegionTag) return 'region tag';
  return `${type} ${path[1] === 'TemplateURL' ? path.slice(0, 2).join('.') : path.join('.')}`;
}

function differingPaths(a: unknown, b: unknown, path: readonly string[] = []): string[][] {
  if (Object.is(a, b)) return [];
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return [[...path]];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => differingPaths(Reflect.get(a, key), Reflect.get(b, key), [...path, key]));
}
