import { describe, expect, test } from 'vitest';
import { compareStacks } from '../../src/forecast/compare-stacks.ts';
import { judgeForecast } from '../../src/forecast/judge-forecast.ts';
import type { StackForecast } from '../../src/forecast/refusal.ts';
import type { Resource } from '../../src/forecast/stack-tree.ts';

type Resources = Readonly<Record<string, Resource>>;

const resource = (Type: string, Properties: Record<string, unknown> = {}, more: object = {}): Resource => ({
  Type,
  Properties,
  ...more,
});

function forecast(
  before: Resources | null,
  after: Resources,
  more: Partial<StackForecast> = {},
): StackForecast {
  const [old, wanted] = [before && { Resources: before }, { Resources: after }];
  const changes = compareStacks(old, wanted);
  const owner = 'eu-west-1';
  return { stack: 's', region: owner, owner, before: old, after: wanted, changes, ...more };
}

const judge = (
  all: readonly StackForecast[],
  allowed: string[] = [],
  chosen = ['eu-west-1', 'eu-central-1'],
) => judgeForecast(all, { allowed, chosen });

const table = (keys: readonly string[], more: Record<string, unknown> = {}) =>
  resource('AWS::DynamoDB::GlobalTable', {
    TableName: 'items',
    KeySchema: keys.map((AttributeName) => ({ AttributeName, KeyType: 'HASH' })),
    ...more,
  });
const api = (ProtocolType = 'HTTP') => resource('AWS::ApiGatewayV2::Api', { ProtocolType });
const check = (RequestInterval: number, FailureThreshold = 3) =>
  resource('AWS::Route53::HealthCheck', { HealthCheckConfig: { RequestInterval, FailureThreshold } });
const record = (Name: string, policy: object, Type = 'A') =>
  resource('AWS::Route53::RecordSet', { Name, Type, HostedZoneId: 'Z', ...policy });

describe('compareStacks()', () => {
  const queue = resource('AWS::SQS::Queue', { DelaySeconds: 1 });
  const kept = resource('AWS::SQS::Queue', {}, { DeletionPolicy: 'Retain' });
  test.each<[string, Resources | null, Resources, unknown[]]>([
    ['nothing', { q: queue }, { q: queue }, []],
    ['notes alone', { q: queue }, { q: resource(queue.Type, queue.Properties, { Metadata: { a: 1 } }) }, []],
    ['a policy of what stays', { q: queue }, { q: { ...queue, DeletionPolicy: 'Retain' } }, []],
    ['a new stack', null, { q: queue }, [{ impact: 'created' }]],
    [
      'a property that can be changed',
      { q: queue },
      { q: resource(queue.Type, { DelaySeconds: 2 }) },
      [{ impact: 'updated', properties: ['DelaySeconds'] }],
    ],
    [
      'one that cannot',
      { q: queue },
      { q: resource(queue.Type, { ...queue.Properties, QueueName: 'n' }) },
      [{ impact: 'replaced', properties: ['QueueName'], loss: 'its messages' }],
    ],
    ['what goes', { q: queue }, {}, [{ impact: 'removed', loss: 'its messages' }]],
    ['what goes and stays', { q: kept }, {}, [{ impact: 'kept' }]],
    [
      'a part of a property that cannot',
      { c: check(30) },
      { c: check(10) },
      [{ impact: 'replaced', properties: ['HealthCheckConfig.RequestInterval', 'HealthCheckConfig'] }],
    ],
    ['a part of a property that can', { c: check(30) }, { c: check(30, 1) }, [{ impact: 'updated' }]],
  ])('finds %s', (_, before, after, changes) => {
    const found = compareStacks(before && { Resources: before }, { Resources: after });
    expect(found).toMatchObject(changes);
    expect(found).toHaveLength(changes.length);
  });

  test('follows a replacement to those that refer to it by what cannot change', () => {
    const route = resource('AWS::ApiGatewayV2::Route', { ApiId: { Ref: 'a' }, RouteKey: 'GET /' });
    const health = resource('AWS::Route53::RecordSet', { Name: 'n', Type: 'A', HealthCheckId: { Ref: 'c' } });
    const before = { Resources: { a: api(), r: route, c: check(30), h: health } };
    const after = { Resources: { ...before.Resources, a: api('WEBSOCKET'), c: check(10) } };
    expect(compareStacks(before, after).map(({ logicalId, impact }) => `${logicalId} ${impact}`)).toEqual([
      'a replaced',
      'r replaced',
      'c replaced',
      'h updated',
    ]);
  });
});

describe('judgeForecast()', () => {
  test('lets pass what loses nothing', () => {
    const role = (Description: string, RoleName?: string) =>
      resource('AWS::IAM::Role', { Description, ...(RoleName && { RoleName }) });
    const all = [forecast({ r: role('a'), g: role('x') }, { r: role('b', 'new'), n: api() })];
    expect(judge(all)).toMatchObject({ isClear: true });
  });

  test.each<[string, Resources, Resources]>([
    ['a replaced API', { x: api() }, { x: api('WEBSOCKET') }],
    ['a removed API', { x: api() }, {}],
    ['a replaced health check', { x: check(30) }, { x: check(10) }],
    ['a removed table', { x: table(['pk']) }, {}],
  ])('stops at %s, unless it is named', (_, before, after) => {
    expect(judge([forecast(before, after)])).toMatchObject({
      isClear: false,
      stacks: [{ losses: [{ logicalId: 'x' }], refusals: [] }],
    });
    expect(judge([forecast(before, after)], ['x']).isClear).toBe(true);
    expect(judge([forecast(before, after)], ['y']).isClear).toBe(false);
    expect(judge([forecast(before, after)], [], ['eu-central-1'])).toEqual({ stacks: [], isClear: true });
    const nested = [forecast({ 'n/x': api() }, { 'n/x': api('WEBSOCKET') })];
    for (const id of ['x', 'n/x']) expect(judge(nested, [id]).isClear).toBe(true);
  });

  test('refuses to replace what keeps its name, whoever allows it', () => {
    const verdict = judge([forecast({ t: table(['pk']) }, { t: table(['id']) })], ['t']);
    expect(verdict).toMatchObject({
      isClear: false,
      stacks: [
        { losses: [], refusals: [{ what: expect.stringContaining('items would be replaced (KeySchema)') }] },
      ],
    });
    const renamed = forecast({ t: table(['pk']) }, { t: table(['id'], { TableName: 'others' }) });
    expect(judge([renamed], ['t']).isClear).toBe(true);
  });

  test('refuses another type under the same id, as a Table that becomes a GlobalTable', () => {
    const old = resource('AWS::DynamoDB::Table', { TableName: 'items' });
    expect(judge([forecast({ t: old }, { t: table(['pk']) })], ['t'])).toMatchObject({
      isClear: false,
      stacks: [{ refusals: [{ what: 'AWS::DynamoDB::Table would become AWS::DynamoDB::GlobalTable' }] }],
    });
  });

  test('refuses to make what another stack, or another id, has by that name in the region', () => {
    const backend = forecast({ t: table(['pk']) }, {}, { stack: 'backend' });
    const apart = forecast(null, { t: table(['pk']) }, { stack: 'table' });
    const elsewhere = { ...apart, region: 'eu-central-1' };
    expect(judge([backend, apart], ['t']).stacks[1]).toMatchObject({
      refusals: [{ what: 'AWS::DynamoDB::GlobalTable items would be made while backend has it' }],
    });
    expect(judge([backend, elsewhere], ['t']).isClear).toBe(true);
    const moved = forecast({ a: table(['pk']) }, { b: table(['pk']) });
    expect(judge([moved], ['a']).stacks[0]?.refusals).toHaveLength(1);
  });

  const failover = { Failover: 'PRIMARY', SetIdentifier: 'a' };
  const latency = { Region: 'eu-west-1', SetIdentifier: 'a' };
  test.each<[string, Resources, Resources, number]>([
    ['another policy of a name', { r: record('api.x', failover) }, { l: record('api.x.', latency) }, 1],
    [
      'a simple record beside one',
      { r: record('api.x', failover) },
      { r: record('api.x', failover), s: record('API.x', {}) },
      1,
    ],
    ['another policy of another name', { r: record('f.x', failover) }, { l: record('l.x', latency) }, 0],
    ['another type', { r: record('api.x', failover) }, { l: record('api.x', latency, 'AAAA') }, 0],
    ['the same policy', { r: record('api.x', failover) }, { n: record('api.x', failover) }, 0],
  ])('judges %s', (_, before, after, refused) => {
    const other = forecast(before, before, { stack: 'other', region: 'eu-central-1', owner: 'eu-central-1' });
    const own = forecast({}, after);
    expect(judge([other, own]).stacks[1]?.refusals).toHaveLength(refused);
  });

  const stage = (...keys: string[]) =>
    resource('AWS::ApiGatewayV2::Stage', {
      ApiId: { Ref: 'a' },
      RouteSettings: Object.fromEntries(keys.map((key) => [key, { ThrottlingRateLimit: 1 }])),
    });
  const route = (RouteKey: string, ApiId = 'a') =>
    resource('AWS::ApiGatewayV2::Route', { ApiId: { Ref: ApiId }, RouteKey });
  test.each<[string, Resources, Resources, RegExp | null]>([
    [
      'settings of a route that stays',
      { s: stage('GET /a'), r: route('GET /a') },
      { s: stage('GET /a'), r: route('GET /a') },
      null,
    ],
    [
      'settings of no route',
      {},
      { s: stage('GET /a'), r: route('GET /b') },
      /has settings of the route GET \/a/,
    ],
    [
      'settings of another API’s route',
      {},
      { s: stage('GET /a'), r: route('GET /a', 'b') },
      /has settings of the route/,
    ],
    [
      'a route that goes with its settings',
      { s: stage('GET /a'), r: route('GET /a') },
      { s: stage() },
      /GET \/a would go while/,
    ],
    [
      'settings that go alone',
      { s: stage('GET /a'), r: route('GET /a') },
      { s: stage(), r: route('GET /a') },
      null,
    ],
  ])('judges %s', (_, before, after, refused) => {
    const { refusals = [] } = judge([forecast(before, after)]).stacks[0] ?? {};
    expect(refusals.map(({ what }) => what)).toEqual(
      refused === null ? [] : [expect.stringMatching(refused)],
    );
  });
});
