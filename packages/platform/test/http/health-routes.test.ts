import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { evacuatedSchema } from '../../src/contract/evacuation.ts';
import { healthySchema, livenessSchema, unhealthySchema } from '../../src/contract/health.ts';
import { problemType } from '../../src/contract/problems.ts';
import type { Evacuation, EvacuationStore } from '../../src/domain/evacuation.ts';
import { createEvacuationMonitor } from '../../src/domain/evacuation-monitor.ts';
import { createHealthMonitor, type HealthCheck } from '../../src/domain/health-monitor.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { createHttpHandler } from '../../src/http/create-http-handler.ts';
import { createHealthRoutes } from '../../src/http/health-routes.ts';
import { manualClock } from '../domain/manual-clock.ts';
import { type HttpApiEventOptions, httpApiEvent, lambdaContext } from './http-api-event.ts';

const regions = ['eu-west-1', 'eu-central-1'];
const pass: HealthCheck = async () => {};

function setUp(check: HealthCheck = pass, read: EvacuationStore['read'] = async () => [], revision?: string) {
  const clock = manualClock();
  const lines: string[] = [];
  const counts = { checks: 0, reads: 0 };
  const counted: HealthCheck = (signal) => {
    counts.checks += 1;
    return check(signal);
  };
  const store: Pick<EvacuationStore, 'read'> = {
    read: (options) => {
      counts.reads += 1;
      return read(options);
    },
  };
  const monitor = createHealthMonitor({ checks: { 'table-write': counted }, clock });
  const evacuations = createEvacuationMonitor({ store, clock, regions });
  const handler = createHttpHandler<'health'>(
    createHealthRoutes({ monitor, evacuations, region: 'eu-west-1', regions, tableName: 'items', revision }),
    { region: 'eu-west-1', clock, newId: () => 'id', log: (line) => lines.push(line) },
  );
  const call = async (routeKey: string, options?: HttpApiEventOptions) => {
    const { statusCode, headers, body } = await handler(httpApiEvent(routeKey, options), lambdaContext());
    return { status: statusCode, headers, body: JSON.parse(body) };
  };
  const probe = (region: string) => call('GET /control/evacuations/{region}', { pathParameters: { region } });
  return { call, probe, lines, clock, counts };
}

const hour = 3_600_000;
const startMs = manualClock().nowMs();

function evacuationOf(target: string, expiresAtMs = startMs + hour): Evacuation {
  return {
    ...{ id: target, act: 'evacuate', target, reason: 'confidential', by: 'arn:confidential' },
    ...{ askedIn: 'us-east-1', atMs: startMs, issuedAtMs: startMs, expiresAtMs, over: {} },
  };
}

const evacuated =
  (...targets: string[]): EvacuationStore['read'] =>
  async () =>
    targets.map((target) => evacuationOf(target));
const unreadable: EvacuationStore['read'] = () =>
  Promise.reject(new PlatformError('table-unavailable', 'Cannot read the evacuations: the table is gone'));

describe('createHealthRoutes()', () => {
  it('answers 200 with region and table when the checks pass', async () => {
    const { status, headers, body } = await setUp().call('GET /health');
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(body).toMatchObject({ ok: true, region: 'eu-west-1', table: 'items' });
    expect(z.parse(healthySchema, body)).toStrictEqual(body);
  });

  it('answers Route 53 alike, at the path that is named after the stack, and keeps that name out of the log', async () => {
    const id = '51af3dc0-da77-11e4-872e-1234567db123';
    const well = setUp();
    const [asked, own] = [await well.call('GET /health'), await well.call(`GET /health/${id}`)];
    expect(own).toMatchObject({ status: 200, body: asked.body });
    expect(well.lines.map((line) => JSON.parse(line).route)).toStrictEqual([
      'GET /health',
      'GET /health/{probe}',
    ]);
    expect(well.lines.join()).not.toContain(id);
    const ill = setUp(pass, evacuated('eu-west-1'));
    expect((await ill.call(`GET /health/${id}`)).status).toBe(503);
  });

  it('answers 503 with the reasons when a check fails, and logs why', async () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.1');
    const { call, lines } = setUp(() =>
      Promise.reject(new PlatformError('table-unavailable', 'Cannot', { cause })),
    );
    const { status, headers, body } = await call('GET /health');
    expect(status).toBe(503);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'retry-after': '1',
      'x-region': 'eu-west-1',
    });
    expect(body).toMatchObject({ ok: false, region: 'eu-west-1', reasons: ['table-write-unavailable'] });
    expect(z.parse(unhealthySchema, body)).toStrictEqual(body);
    expect(JSON.stringify(body)).not.toContain('10.0.0.1');
    expect(lines[0]).toContain('10.0.0.1');
  });

  it('answers that it lives without running a check', async () => {
    let runs = 0;
    const { call } = setUp(async () => {
      runs += 1;
    });
    const { status, body } = await call('GET /health/live');
    expect(status).toBe(200);
    expect(z.parse(livenessSchema, body)).toStrictEqual({ ok: true, region: 'eu-west-1' });
    expect(runs).toBe(0);
  });

  it('answers which revision it is when it was told', async () => {
    const { call } = setUp(pass, undefined, 'abc1234');
    const { body } = await call('GET /health/live');
    expect(z.parse(livenessSchema, body)).toStrictEqual({
      ok: true,
      region: 'eu-west-1',
      revision: 'abc1234',
    });
  });

  it('answers 503 while the region is evacuated, though its table is well, until that expires', async () => {
    const { call, clock, lines } = setUp(pass, evacuated('eu-west-1'));
    const { status, headers, body } = await call('GET /health');
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('1');
    expect(body).toMatchObject({ ok: false, reasons: ['evacuated'] });
    expect(z.parse(unhealthySchema, body)).toStrictEqual(body);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ status: 503, error: ['evacuated'] });
    clock.advance(hour);
    expect((await call('GET /health')).status).toBe(200);
  });

  it('names the checks that failed and the evacuation, together', async () => {
    const failing = () => Promise.reject(new PlatformError('table-throttled', 'Cannot'));
    const { body } = await setUp(failing, evacuated('eu-west-1')).call('GET /health');
    expect(body.reasons).toStrictEqual(['table-write-throttled', 'evacuated']);
  });

  it('is well while others are evacuated, and when it would be the last', async () => {
    expect((await setUp(pass, evacuated('eu-central-1')).call('GET /health')).status).toBe(200);
    const both = setUp(pass, async () => [
      evacuationOf('eu-central-1'),
      { ...evacuationOf('eu-west-1'), issuedAtMs: startMs + 1 },
    ]);
    expect((await both.call('GET /health')).status).toBe(200);
  });

  it('is well when evacuations cannot be read, and logs why', async () => {
    const { call, lines } = setUp(pass, unreadable);
    expect((await call('GET /health')).status).toBe(200);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      ...{ level: 'WARN', status: 200, error: [{ code: 'table-unavailable' }] },
    });
  });

  it('answers within 1.5 s although neither the table nor the read of evacuations ever does', async () => {
    const hang = () => new Promise<never>(() => {});
    const { call, clock } = setUp(hang, hang);
    const startedAtMs = clock.nowMs();
    const answer = call('GET /health');
    // One bound for both: they run side by side.
    clock.advance(900);
    expect(await answer).toMatchObject({ status: 503, body: { reasons: ['table-write-timeout'] } });
    expect(clock.nowMs() - startedAtMs).toBeLessThan(1_500);
  });

  it('checks and reads once, however many probes of both kinds arrive within a second', async () => {
    const { call, probe, counts, clock } = setUp(pass, evacuated('eu-central-1'));
    const burst = () =>
      Promise.all(
        Array.from({ length: 200 }, (_value, n) =>
          n % 2 === 0 ? call('GET /health') : probe('eu-central-1'),
        ),
      );
    for (let n = 0; n < 3; n++) {
      const answers = await burst();
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      clock.advance(333);
    }
    expect(counts).toStrictEqual({ checks: 1, reads: 1 });
    clock.advance(1);
    await burst();
    expect(counts).toStrictEqual({ checks: 2, reads: 2 });
  });

  it('tells anyone that a region is evacuated and until when, and neither why nor by whom', async () => {
    const { probe } = setUp(pass, evacuated('eu-central-1'));
    const { status, body } = await probe('eu-central-1');
    expect(status).toBe(200);
    expect(z.parse(evacuatedSchema, body)).toStrictEqual({
      ...{ evacuated: true, region: 'eu-central-1', expiresAt: '2026-11-22T13:00:00.250Z' },
    });
    expect(JSON.stringify(body)).not.toMatch(/confidential|us-east-1/);
  });

  it('tells of itself, too', async () => {
    expect((await setUp(pass, evacuated('eu-west-1')).probe('eu-west-1')).status).toBe(200);
  });

  it('answers 404 for a region that is not evacuated, which is no warning', async () => {
    const { probe, lines } = setUp(pass, evacuated('eu-west-1'));
    const { status, body } = await probe('eu-central-1');
    expect({ status, type: body.type }).toStrictEqual({ status: 404, type: problemType('not-evacuated') });
    const line = JSON.parse(lines[0] ?? '');
    expect(line).toMatchObject({ level: 'INFO', status: 404 });
    expect(line).not.toHaveProperty('error');
  });

  it('answers 404 for a region that the stage does not have, without asking the table', async () => {
    const { probe, counts } = setUp();
    const { status, body } = await probe('eu-west-9');
    expect({ status, type: body.type }).toStrictEqual({ status: 404, type: problemType('unknown-region') });
    expect(counts.reads).toBe(0);
  });

  it('answers 503 about evacuations as long as no read has succeeded, then what it knows', async () => {
    let read = unreadable;
    const { probe, clock } = setUp(pass, (options) => read(options));
    const { status, body } = await probe('eu-central-1');
    expect({ status, type: body.type }).toStrictEqual({
      ...{ status: 503, type: problemType('table-unavailable') },
    });
    read = evacuated('eu-central-1');
    clock.advance(1_000);
    expect((await probe('eu-central-1')).status).toBe(200);
    read = unreadable;
    clock.advance(1_000);
    expect((await probe('eu-central-1')).status).toBe(200);
    clock.advance(hour);
    expect((await probe('eu-central-1')).status).toBe(404);
  });
});
