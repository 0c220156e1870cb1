import { allowedRequestHeaders, exposedHeaders, servedRoutes } from '@gsp/platform/contract';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  functionNamed,
  one,
  probeKey,
  refIn,
  resourcesOf,
  routeKeyOf,
  stringsIn,
} from '../../packages/platform/test/infra/template-queries.ts';
import { topology } from '../project/topology.ts';
import { type SynthesizedBackend, synthesizedBackend } from './synthesized-backend.ts';
import { differences, permittedDifferences } from './template-differences.ts';

/** What has to know the other Regions, or watches them; REGIONS tells functions as well. */
const TOLD_ALL_REGIONS = [
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Lambda::EventSourceMapping',
  'Custom::ReplicaStream',
];

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
}, 240_000);

describe('backend.ts', () => {
  test('topology is accepted and has a primary and a secondary', () => {
    expect(topology.regions).toEqual(['eu-west-1', 'eu-central-1']);
  });

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

  test('names no account, and no other Region but where replicas are told apart', () => {
    for (const { region, root, platform } of everything()) {
      expect(JSON.stringify([root, platform])).not.toMatch(/\b\d{12}\b/);
      const others = Object.entries({ ...root.Resources, ...platform.Resources })
        .filter(([, { Type }]) => !TOLD_ALL_REGIONS.includes(Type))
        .flatMap(([, resource]) => stringsIn(resource))
        .flatMap(
          (text) => text.match(/\b(eu|us|ap)-(west|central|east)-\d\b/g)?.map((found) => [found, text]) ?? [],
        )
        .filter(([found, text]) => found !== region && text !== topology.regions.join(','))
        // The heartbeat looks for itself in its peers' replicas.
        .filter(([found, text]) => text !== `:dynamodb:${found}:`);
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
    ['health', 3, 512],
    ['control', 10, 512],
    ['api', 10, 512],
    ['conflicts', 60, 512],
    ['stream-lookup', 300, 256],
  ])('%s runs on Node.js 24 and arm64, logs JSON and ends after %i s', (name, timeoutSeconds, memoryMb) => {
    for (const { platform } of [primary, secondary]) {
      const { Properties } = functionNamed(platform.Resources, `gsp-main-${name}`);
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: memoryMb,
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
          TOMBSTONE_TTL_SECONDS: '604800',
          CONFLICT_TTL_SECONDS: '2592000',
          IDEMPOTENCY_TTL_SECONDS: '3600',
          CONSISTENCY: 'eventual',
        },
      });
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
  const tableOf = ({ table }: SynthesizedBackend) =>
    table && resourcesOf(table, 'AWS::DynamoDB::GlobalTable')[0]?.[1];

  test('is owned by the primary, with a replica in each Region, and alone in its stack', () => {
    expect(Object.values(primary.table?.Resources ?? {}).map(({ Type }) => Type)).toEqual([
      'AWS::DynamoDB::GlobalTable',
    ]);
    const table = tableOf(primary);
    expect(table?.Properties).toMatchObject({
      TableName: 'gsp-main-items',
      Replicas: topology.regions.map((Region) => ({ Region, DeletionProtectionEnabled: true })),
    });
    expect(table?.DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(table?.Properties?.GlobalSecondaryIndexes).toHaveLength(5);
  });

  test('is no resource of the secondary, which knows it by name', () => {
    expect(secondary.table).toBeUndefined();
    for (const template of [primary.platform, primary.root, secondary.platform, secondary.root])
      expect(resourcesOf(template, 'AWS::DynamoDB::GlobalTable')).toEqual([]);
  });

  test('has one replica and goes away with its stack when it is a sandbox', () => {
    const table = tableOf(sandbox);
    expect(table?.Properties).toMatchObject({
      TableName: 'gsp-sandbox-ann-items',
      Replicas: [{ Region: SECONDARY, DeletionProtectionEnabled: false }],
    });
    expect(table?.DeletionPolicy).toBe('Delete');
  });
});

describe('api', () => {
  const keys = [...servedRoutes.map(({ method, path }) => `${method} ${path}`), '$default'];
  const handlerNames = { health: 'health', control: 'control', traffic: 'api' };
  const bucketOf = (key: unknown) =>
    key === probeKey
      ? 'health'
      : (servedRoutes.find(({ method, path }) => key === `${method} ${path}`)?.bucket ?? 'traffic');

  test('has each route of the contract and a default, each with an integration of payload format 2.0', () => {
    for (const { platform } of [primary, secondary]) {
      const declared = resourcesOf(platform, 'AWS::ApiGatewayV2::Route').map(
        ([, { Properties }]) => Properties,
      );
      expect(declared.map(routeKeyOf).sort()).toEqual([...keys, probeKey].sort());
      for (const route of declared) {
        const integration = platform.Resources[refIn(route?.Target)]?.Properties;
        expect(integration, routeKeyOf(route)).toMatchObject({
          IntegrationType: 'AWS_PROXY',
          PayloadFormatVersion: '2.0',
        });
        const handler = platform.Resources[refIn(integration?.IntegrationUri)]?.Properties?.FunctionName;
        expect(handler, routeKeyOf(route)).toBe(`gsp-main-${handlerNames[bucketOf(routeKeyOf(route))]}`);
      }
    }
  });

  test('throttles each route by itself, and leaves the default to what Route 53 asks', () => {
    for (const { platform } of [primary, secondary]) {
      const [[, stage] = []] = resourcesOf(platform, 'AWS::ApiGatewayV2::Stage');
      const expected = Object.fromEntries(
        keys.map((key) => {
          const { rateLimit, burstLimit } = topology.settings.throttle[bucketOf(key)];
          return [
            key,
            {
              ThrottlingRateLimit: rateLimit,
              ThrottlingBurstLimit: burstLimit,
              DetailedMetricsEnabled: false,
            },
          ];
        }),
      );
      expect(stage?.Properties?.RouteSettings).toEqual(expected);
      const { rateLimit, burstLimit } = topology.settings.throttle.probe;
      expect(stage?.Properties?.DefaultRouteSettings).toEqual({
        ThrottlingRateLimit: rateLimit,
        ThrottlingBurstLimit: burstLimit,
        DetailedMetricsEnabled: false,
      });
    }
  });

  test('asks IAM who calls on exactly the routes that the contract guards', () => {
    const guarded = servedRoutes.filter(({ authorization }) => authorization === 'iam');
    const keysOfGuarded = guarded.map(({ method, path }) => `${method} ${path}`);
    expect(keysOfGuarded).toContain('PUT /control/evacuations/{region}');
    for (const { platform } of everything()) {
      for (const [, { Properties }] of resourcesOf(platform, 'AWS::ApiGatewayV2::Route')) {
        const isGuarded = keysOfGuarded.includes(String(Properties?.RouteKey));
        expect(Properties?.AuthorizationType, String(Properties?.RouteKey)).toBe(
          isGuarded ? 'AWS_IAM' : 'NONE',
        );
      }
    }
  });

  test('answers under the name that AWS gives it as long as it has no domain', () => {
    for (const { platform } of everything()) {
      const [[, api] = []] = resourcesOf(platform, 'AWS::ApiGatewayV2::Api');
      expect(api?.Properties?.DisableExecuteApiEndpoint).toBe(false);
      for (const { Type } of Object.values(platform.Resources))
        expect(Type).not.toMatch(/Route53|Certificate/);
    }
  });

  test('answers the browsers that the topology names, with the headers of the contract', () => {
    for (const { platform } of [primary, secondary]) {
      const [[, api] = []] = resourcesOf(platform, 'AWS::ApiGatewayV2::Api');
      expect(api?.Properties?.CorsConfiguration).toEqual({
        AllowOrigins: topology.settings.cors.allowOrigins,
        AllowMethods: [...new Set(servedRoutes.map(({ method }) => method))],
        AllowHeaders: [...allowedRequestHeaders, 'traceparent', 'tracestate', 'baggage', 'sentry-trace'],
        ExposeHeaders: [...exposedHeaders],
        AllowCredentials: false,
        MaxAge: 600,
      });
    }
  });
});

describe('both Regions', () => {
  test('differ in nothing but what is permitted', () => {
    expect(differences(primary, secondary)).toEqual([...permittedDifferences].sort());
  });
});

function everything(): SynthesizedBackend[] {
  return [primary, secondary, sandbox];
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
