import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TwinState } from '../../src/control/twin-state.ts';
import type { Twin } from '../../src/supervisor/twin.ts';
import { ZONE } from '../assembly/route53-fixture.ts';
import { eventually } from '../dynamodb/support/eventually.ts';
import { edgeAssemblies, SECRETS } from './edge-twin-fixture.ts';
import { REGIONS, startTwin } from './twin-fixture.ts';

const LIMIT_MS = 120_000;
const [WEST, CENTRAL] = REGIONS;

/** What the function of the fixture answers. */
interface Echo {
  readonly slot: 'a' | 'b' | null;
  readonly hasHeader: boolean;
  readonly region: string;
  readonly host: string;
  readonly forwardedFor: string | null;
  readonly edge: string;
  readonly bytes: number;
}

async function echo(url: string, init: RequestInit = {}): Promise<Echo> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
  return (await response.json()) as Echo;
}

const globalUrl = ({ plan }: Twin) => `http://127.0.0.1:${plan.globalPort}`;

/** Gives a secret a new value, as an operator would at its home. */
async function putSecret({ secretsManager }: TwinState, [SecretId, SecretString]: readonly [string, string]) {
  const scope = 'k/20260101/us-east-1/secretsmanager/aws4_request';
  const response = await fetch(secretsManager.url, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      'x-amz-target': 'secretsmanager.PutSecretValue',
    },
    body: JSON.stringify({ SecretId, SecretString }),
  });
  expect(response.status).toBe(200);
}

const rulesOf = ({ edge }: TwinState) =>
  Object.fromEntries((edge?.webAcl?.rules ?? []).map(({ name, matched }) => [name, matched]));

describe('Twin with an edge', () => {
  test(
    'sends through it what no client can send, under its own name, and shows no secret',
    async () => {
      const { twin, dataDir } = await startTwin(edgeAssemblies(), { timeScale: 20, hostedZones: [ZONE] });
      const through = await echo(globalUrl(twin), { headers: { 'x-origin-verify': 'a guess' } });
      expect(through).toEqual({
        ...{ slot: 'a', hasHeader: true, region: WEST, host: 'api.gsp.test', bytes: 0 },
        // The viewer's address from the edge, and the edge's from API Gateway.
        ...{ forwardedFor: '127.0.0.1, 127.0.0.1', edge: globalUrl(twin) },
      });
      const direct = await echo(`http://127.0.0.1:${twin.plan.regions[0]?.apiPort}`);
      expect(direct).toMatchObject({ slot: null, hasHeader: false, region: WEST });

      const state = await twin.state();
      expect(state.edge).toMatchObject({
        names: ['edge.api.gsp.test'],
        origin: 'api.gsp.test',
        originHeaders: ['x-origin-verify'],
        webAcl: null,
      });
      expect(state.secretsManager.secrets.map(({ name }) => name)).toEqual(Object.values(SECRETS));
      expect(state.outputs[CENTRAL]).toEqual({ Endpoint: globalUrl(twin) });
      const kept = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as Record<
        string,
        { text: string }[]
      >;
      const values = Object.values(kept).flatMap((versions) => versions.map(({ text }) => text));
      expect(values).toHaveLength(2);
      for (const value of values) expect(JSON.stringify(state)).not.toContain(value);

      const resolver = new Resolver({ timeout: 1_000, tries: 2 });
      resolver.setServers([`127.0.0.1:${twin.plan.dnsPort}`]);
      expect(await resolver.resolve4('edge.api.gsp.test')).toEqual(['127.0.0.1']);
      expect(await resolver.resolve4('api.gsp.test')).toEqual(['127.0.1.10']);
    },
    LIMIT_MS,
  );

  test(
    'rotates: the other secret is sent from the next deployment on, and a new value from then on too',
    async () => {
      const { twin } = await startTwin(edgeAssemblies(), { hostedZones: [ZONE] });
      const state = await twin.state();
      await putSecret(state, [SECRETS.b, 'a-new-value-of-b']);
      expect(await echo(globalUrl(twin))).toMatchObject({ slot: 'a' });
      await twin.swap(edgeAssemblies({ slot: 'b' }));
      expect(await echo(globalUrl(twin))).toMatchObject({ slot: 'b' });
      await putSecret(state, [SECRETS.b, 'and-another']);
      // CloudFront has what was deployed, and so sends what nobody accepts any more.
      expect(await echo(globalUrl(twin))).toMatchObject({ slot: null, hasHeader: true });
      await twin.swap(edgeAssemblies({ slot: 'b' }));
      expect(await echo(globalUrl(twin))).toMatchObject({ slot: null });
      await twin.swap(edgeAssemblies({ slot: 'a' }));
      await twin.swap(edgeAssemblies({ slot: 'b' }));
      expect(await echo(globalUrl(twin))).toMatchObject({ slot: 'b' });
    },
    LIMIT_MS,
  );

  test(
    'goes on without it when a changed definition has none, and back',
    async () => {
      const { twin } = await startTwin(edgeAssemblies({ hasEdge: false }), { hostedZones: [ZONE] });
      expect((await twin.state()).edge).toBeNull();
      const live = () => fetch(`${globalUrl(twin)}/health`);
      expect((await live()).headers.get('x-cache')).toBeNull();
      await twin.swap(edgeAssemblies());
      expect((await live()).headers.get('x-cache')).toBe('Miss from cloudfront');
      await twin.swap(edgeAssemblies({ hasEdge: false }));
      expect((await live()).headers.get('x-cache')).toBeNull();
    },
    LIMIT_MS,
  );

  test.each([
    ['block', [429, 413]],
    ['count', [200, 200]],
  ] as const)(
    'minds the web ACL in mode %s',
    async (waf, [tooMany, tooLarge]) => {
      const { twin } = await startTwin(edgeAssemblies({ waf }), { hostedZones: [ZONE] });
      const post = (bytes: number) => fetch(globalUrl(twin), { method: 'POST', body: 'x'.repeat(bytes) });
      expect((await post(101)).status).toBe(tooLarge);
      const accepted = (await (await post(100)).json()) as Echo;
      expect(accepted.bytes).toBeGreaterThan(0);
      for (let requests = 2; requests < 20; requests += 1) expect((await post(1)).status).toBe(200);
      expect((await post(1)).status).toBe(tooMany);
      expect(rulesOf(await twin.state())).toEqual({ rate: 1, 'body-size': 1 });
      expect((await twin.state()).notEmulated.map(({ type }) => type)).toContain(
        'AWS::WAFv2::WebACL rule AWSManagedRulesCommonRuleSet',
      );
    },
    LIMIT_MS,
  );

  test(
    'fails over behind the edge when the region’s processes are killed, and back',
    async () => {
      const { twin } = await startTwin(edgeAssemblies(), { timeScale: 20, hostedZones: [ZONE] });
      const regionNow = () => echo(globalUrl(twin)).then(({ region, slot }) => `${region} ${slot}`, String);
      expect(await regionNow()).toBe(`${WEST} a`);
      const { pids } = (await twin.state()).regions[0] ?? {};
      for (const pid of [pids?.region, pids?.engine]) if (pid) process.kill(pid, 'SIGKILL');
      await eventually('the edge says that its origin is gone', async () => {
        const response = await fetch(globalUrl(twin));
        await response.text();
        expect([response.status, response.headers.get('x-cache')]).toEqual([502, 'Error from cloudfront']);
      });
      await eventually(
        'the other region answers through the edge',
        async () => expect(await regionNow()).toBe(`${CENTRAL} a`),
        { timeoutMs: 45_000 },
      );
      await twin.unit(WEST)?.start();
      await eventually('the primary answers again', async () => expect(await regionNow()).toBe(`${WEST} a`), {
        timeoutMs: 45_000,
      });
    },
    LIMIT_MS,
  );
});
