import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { loadProject } from '@gsp/operator/project';
import { assembleTwin } from '@gsp/operator/start';
import { originSecretName, parseChanges } from '@gsp/platform/topology';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testProject } from '../project/test-project.ts';
import { eventually } from './support/eventually.ts';
import { startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/** The platform's own definition with its edge on, as a user starts it: nobody gets past the edge, and it fails over. */
const CHANGES = JSON.stringify({
  edge: { cloudFront: true, waf: 'block', rateLimitPerFiveMinutes: 100_000 },
  domain: { zoneName: 'gsp.test', hostedZoneId: null },
});
const [PRIMARY, SECONDARY] = ['eu-west-1', 'eu-central-1'] as const;
const LIMIT_MS = 60_000;

let twin: TwinProcess;

beforeAll(async () => {
  // A flag that no other test sets is in no cache, and the wait for the twin is not for this.
  await assembleTwin(await loadProject(await testProject()), 'main', { changes: parseChanges(CHANGES) });
  twin = await startTwinProcess({
    args: ['--changes', CHANGES, '--time-scale', '20', '--lag', '0', '--no-watch'],
  });
  // A cold start on a busy machine may take longer than the function waits for its secrets: that is a retryable 503.
  await eventually(async () => (await write(global(), { a: 0 })).status === 200, {
    limitMs: LIMIT_MS,
    what: () => 'the edge to answer',
  });
}, 240_000);
afterAll(() => twin?.end());

async function ask(url: string, init: RequestInit = {}) {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

const global = () => twin.ready.global ?? '';
const write = (url: string, data: object, headers: Record<string, string> = {}) =>
  ask(`${url}/write`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ pk: 'edge', data }),
  });

async function secretIn(region: string, slot: 'a' | 'b'): Promise<string> {
  const { url } = (await twin.state()).secretsManager;
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new SecretsManagerClient({ endpoint: url, region, credentials });
  try {
    const SecretId = originSecretName('gsp', 'main', slot);
    return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? '';
  } finally {
    client.destroy();
  }
}

test('a request through the edge is answered, with CloudFront’s headers', async () => {
  const { status, headers } = await write(global(), { a: 1 }, { 'x-origin-verify': 'a guess' });
  expect(status).toBe(200);
  expect(headers.get('x-region')).toBe(PRIMARY);
  expect(headers.get('via')).toMatch(/^1\.1 d\w+\.cloudfront\.net \(CloudFront\)$/);
});

test('a request past the edge is refused, unless it probes or carries one of both secrets', async () => {
  const { api } = twin.region(SECONDARY);
  expect((await write(api, { a: 1 })).status).toBe(403);
  expect((await write(api, { a: 1 }, { 'x-origin-verify': 'a guess' })).status).toBe(403);
  expect((await ask(`${api}/health`)).status).toBe(200);
  for (const slot of ['a', 'b'] as const) {
    const secret = await secretIn(SECONDARY, slot);
    expect((await write(api, { a: 1 }, { 'x-origin-verify': secret })).status).toBe(200);
  }
});

test('a body over the limit is refused by the web ACL, which says so in the state', async () => {
  const { status, headers, body } = await write(global(), { text: 'x'.repeat(5_000) });
  expect([status, headers.get('x-cache')]).toEqual([413, 'Error from cloudfront']);
  expect(JSON.parse(body)).toMatchObject({ status: 413, retryable: false });
  expect((await twin.state()).edge?.webAcl?.rules).toContainEqual({
    ...{ name: 'body-size', action: 'block', matched: 1 },
  });
});

test('the secrets are nowhere but where they belong', async () => {
  const secrets = await Promise.all([secretIn(PRIMARY, 'a'), secretIn(PRIMARY, 'b')]);
  const shown = `${JSON.stringify(await twin.state())}${twin.output()}`;
  for (const secret of secrets) expect(shown).not.toContain(secret);
});

test('after kill -9 of the primary, writes through the edge go to the other region', async () => {
  const { pids } = (await twin.state()).regions.find(({ region }) => region === PRIMARY) ?? {};
  for (const pid of [pids?.region, pids?.engine]) if (pid) process.kill(pid, 'SIGKILL');
  await eventually(async () => (await write(global(), { a: 2 })).headers.get('x-region') === SECONDARY, {
    limitMs: LIMIT_MS,
    what: () => 'the secondary to answer behind the edge',
  });
  await expect(secretIn(PRIMARY, 'a')).rejects.toThrow();
});

test('a preflight through the edge allows what a traced page sends, and the trace comes back', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const origin = { origin: 'http://localhost:4000' };
  const wanted = ['traceparent', 'tracestate', 'baggage', 'sentry-trace', 'idempotency-key'];
  const preflight = await ask(`${global()}/write`, {
    method: 'OPTIONS',
    headers: {
      ...origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': wanted.join(','),
    },
  });
  expect(preflight.status).toBe(204);
  const allowed = preflight.headers.get('access-control-allow-headers')?.split(',');
  expect(allowed).toEqual(expect.arrayContaining(wanted));
  const sent = { ...origin, traceparent, tracestate: 'a=1', baggage: 'b=2', 'sentry-trace': 'c' };
  const { status, headers } = await write(global(), { a: 1 }, sent);
  expect([status, headers.get('traceparent')]).toEqual([200, traceparent]);
  expect(headers.get('access-control-expose-headers')).toContain('traceparent');
});
