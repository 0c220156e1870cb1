import { describe, expect, test } from 'vitest';
import { eventually } from '../../../../test/twin/support/eventually.ts';
import type { CheckReport } from '../../src/control/route53-report.ts';
import { httpEndpoint, rawEndpoint } from './endpoint-fixture.ts';
import {
  CENTRAL,
  calculatedCheck,
  checkOf,
  endpointCheck,
  failoverRecords,
  fixedCheck,
  recordSet,
  route53Of,
  values,
  WEST,
} from './route53-fixture.ts';

const HOST = `${WEST}.api.gsp.test`;
const RECORD = recordSet({ name: HOST, target: values('127.0.9.9') });

describe('Route53, checking an endpoint', () => {
  test('notices a death within 10 % of interval × threshold, a return when two of eight have, and answers by it', async () => {
    const timeScale = 10;
    const expectedMs = (10_000 * 3) / timeScale;
    let healthy = true;
    const { port } = await httpEndpoint((_, response) => response.writeHead(healthy ? 200 : 503).end());
    const turned: { at: number; check: CheckReport }[] = [];
    const route53 = route53Of(
      {
        checks: [endpointCheck({ id: WEST, host: HOST }), fixedCheck(CENTRAL, true)],
        records: [RECORD, ...failoverRecords()],
      },
      {
        timeScale,
        connectTo: () => ({ host: '127.0.0.1', port }),
        onVerdict: (check) => turned.push({ at: performance.now(), check }),
      },
    );
    route53.start();
    await eventually(() => checkOf(route53, WEST).checkers.every((checker) => checker.healthy === true));
    for (const [index, next] of [false, true].entries()) {
      healthy = next;
      const changedAt = performance.now();
      await eventually(() => turned.length === index + 1, { limitMs: expectedMs * 2 });
      const tookMs = (turned[index]?.at ?? 0) - changedAt;
      expect(turned[index]?.check).toMatchObject({ id: WEST, healthy: next });
      expect(addressOf(route53)).toBe(next ? '127.0.1.10' : '127.0.1.11');
      // Seven of eight must turn to take it out, two to take it back.
      expect(tookMs / expectedMs).toBeGreaterThan(next ? 0.65 : 0.9);
      expect(tookMs / expectedMs).toBeLessThan(next ? 0.85 : 1.1);
    }
  });

  test('asks from every checker region, evenly over the interval, for the name as its own records have it', async () => {
    const asked: { at: number; host: string | undefined }[] = [];
    const { port } = await httpEndpoint((request, response) => {
      asked.push({ at: performance.now(), host: request.headers.host });
      response.end();
    });
    const addresses: string[] = [];
    const connectTo = (address: string) => {
      addresses.push(address);
      return { host: '127.0.0.1', port };
    };
    const check = endpointCheck({ host: HOST, intervalSeconds: 30 });
    const route53 = route53Of({ checks: [check], records: [RECORD] }, { timeScale: 15, connectTo });
    route53.start();
    await eventually(() => asked.length >= 17);
    expect(new Set(asked.map(({ host }) => host))).toEqual(new Set([HOST]));
    expect(new Set(addresses)).toEqual(new Set(['127.0.9.9']));
    const [first, last] = [asked[0]?.at ?? 0, asked[16]?.at ?? 0];
    // Two whole intervals of 2 s between an ask and the sixteenth after it.
    expect(last - first).toBeGreaterThan(3_700);
    expect(last - first).toBeLessThan(4_600);
    expect(checkOf(route53, 'check')).toMatchObject({
      target: `https://${HOST}/health`,
      healthy: true,
      checkers: check.checkerRegions.map((region) => ({ region, healthy: true, reason: 'HTTP 200' })),
    });
  });

  test('finds a name without an A record unhealthy, and says why', async () => {
    const route53 = route53Of({ checks: [endpointCheck({ host: HOST })], records: [] }, { timeScale: 100 });
    route53.start();
    await eventually(() => !checkOf(route53, 'check').healthy);
    const reasons = checkOf(route53, 'check').checkers.map(({ reason }) => reason);
    expect(reasons).toContain(`no A record of ${HOST}`);
  });

  test('takes a region out while a peer says that it is evacuated, and never because the peer is gone', async () => {
    let evacuated = false;
    const peer = await httpEndpoint((request, response) => {
      const isProbe = request.url === `/control/evacuations/${WEST}`;
      response.writeHead(isProbe && evacuated ? 200 : 404).end();
    });
    const checks = [
      endpointCheck({
        id: 'evacuated',
        path: `/control/evacuations/${WEST}`,
        inverted: true,
        failureThreshold: 2,
      }),
      calculatedCheck({ id: WEST, children: ['evacuated'] }),
    ];
    const connectTo = () => ({ host: '127.0.0.1', port: peer.port });
    const route53 = route53Of({ checks, records: [] }, { timeScale: 50, connectTo });
    expect(checkOf(route53, WEST).healthy).toBe(false);
    route53.start();
    await eventually(() => checkOf(route53, WEST).healthy);
    evacuated = true;
    await eventually(() => !checkOf(route53, WEST).healthy);
    peer.kill();
    await eventually(() => checkOf(route53, WEST).healthy);
    expect(checkOf(route53, 'evacuated').checkers.map(({ reason }) => reason)).toContain(
      'connection refused',
    );
  });

  test('asks nothing for a disabled check', async () => {
    const check = endpointCheck({ id: 'off', disabled: true });
    let asked = 0;
    const { port } = await httpEndpoint((_, response) => {
      asked += 1;
      response.end();
    });
    const connectTo = () => ({ host: '127.0.0.1', port });
    const route53 = route53Of(
      { checks: [check, endpointCheck({ id: 'on', checkerRegions: [WEST] })] },
      { timeScale: 100, connectTo },
    );
    route53.start();
    await eventually(() => asked >= 3);
    expect(checkOf(route53, 'off')).toMatchObject({
      healthy: true,
      checkers: [{ healthy: null, reason: 'disabled' }, {}, {}, {}, {}, {}, {}, {}],
    });
    expect(checkOf(route53, 'off').checkers.every(({ checkedAt }) => checkedAt === null)).toBe(true);
  });

  test('leaves no connection and asks nothing more after it was stopped, whatever is under way', async () => {
    const endpoint = await rawEndpoint(() => undefined);
    const connectTo = () => ({ host: '127.0.0.1', port: endpoint.port });
    const route53 = route53Of({ checks: [endpointCheck()] }, { timeScale: 10, connectTo });
    route53.start();
    await eventually(() => endpoint.open.size > 0);
    const before = performance.now();
    await route53.stop();
    expect(performance.now() - before).toBeLessThan(400);
    await eventually(() => endpoint.open.size === 0);
    const reported = route53.report();
    // An interval of silence, seen by another Route 53 that has asked a whole round meanwhile.
    const other = route53Of({ checks: [endpointCheck()] }, { timeScale: 10 });
    other.start();
    await eventually(() => checkOf(other, 'check').checkers.every(({ checkedAt }) => checkedAt !== null));
    expect(endpoint.open.size).toBe(0);
    expect(route53.report()).toEqual(reported);
  });
});

describe('Route53.swap()', () => {
  test('keeps what is known of a check that still asks for the same, and begins anew with one that does not', async () => {
    const { port } = await httpEndpoint((_, response) => response.writeHead(503).end());
    const connectTo = () => ({ host: '127.0.0.1', port });
    const ids = ['same', 'threshold', 'path', 'gone'];
    const zones = [{ id: 'Z1', name: 'gsp.test' }];
    const checks = ids.map((id) => endpointCheck({ id }));
    const route53 = route53Of({ checks }, { timeScale: 100, connectTo });
    route53.start();
    await eventually(() => ids.every((id) => !checkOf(route53, id).healthy));
    const { since } = checkOf(route53, 'same');
    route53.swap({
      zones,
      checks: [
        endpointCheck({ id: 'same' }),
        endpointCheck({ id: 'threshold', failureThreshold: 9 }),
        endpointCheck({ id: 'path', path: '/other' }),
        endpointCheck({ id: 'new' }),
      ],
      records: [RECORD],
    });
    const now = route53.report().checks.map(({ id, healthy }) => [id, healthy]);
    expect(now).toEqual([
      ['same', false],
      ['threshold', false],
      ['path', true],
      ['new', true],
    ]);
    expect(checkOf(route53, 'same').since).toBe(since);
    expect(route53.answer({ name: HOST, type: 'A' }).answers).toHaveLength(1);
    await eventually(() => !checkOf(route53, 'new').healthy && !checkOf(route53, 'path').healthy);
  });
});

function addressOf(route53: ReturnType<typeof route53Of>): unknown {
  const [answer] = route53.answer({ name: 'api.gsp.test', type: 'A' }).answers;
  return answer?.type === 'A' ? answer.data : undefined;
}
