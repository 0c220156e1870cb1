import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { evacuationResponseSchema, evacuationsResponseSchema } from '../../src/contract/evacuation.ts';
import { limits } from '../../src/contract/limits.ts';
import { problemType } from '../../src/contract/problems.ts';
import type { Evacuation } from '../../src/domain/evacuation.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { json } from './api-under-test.ts';
import { type ControlUnderTestOptions, controlUnderTest, operatorArn } from './control-under-test.ts';
import { type HttpApiEventOptions, secretAccessKeyId } from './http-api-event.ts';

const order = { reason: 'bad deployment', expiresInSeconds: 1_800 };

function setUp(options?: ControlUnderTestOptions) {
  const api = controlUnderTest(options);
  const put = (region: string, body: object = order, event: HttpApiEventOptions = {}) =>
    api.call('PUT /control/evacuations/{region}', {
      ...{ pathParameters: { region }, headers: json, body: JSON.stringify(body), ...event },
    });
  const remove = (region: string, event: HttpApiEventOptions = {}) =>
    api.call('DELETE /control/evacuations/{region}', { pathParameters: { region }, ...event });
  const list = (event: HttpApiEventOptions = {}) => api.call('GET /control/evacuations', event);
  return { ...api, put, remove, list };
}

const unsigned = { userArn: undefined } as unknown as HttpApiEventOptions;
const ofEuWest1: Evacuation = {
  ...{ id: 'x', act: 'evacuate', target: 'eu-west-1', reason: 'r', by: 'arn:lee', askedIn: 'eu-central-1' },
  ...{ atMs: Date.parse('2026-11-22T00:00:00Z'), issuedAtMs: Date.parse('2026-11-22T00:00:00Z') },
  ...{ expiresAtMs: Date.parse('2026-11-23T00:00:00Z'), over: {} },
};

describe('createEvacuationRoutes()', () => {
  it('evacuates a peer and answers with the evacuation', async () => {
    const { put } = setUp();
    const { status, body } = await put('eu-central-1');
    expect(status).toBe(200);
    expect(z.parse(evacuationResponseSchema, body)).toStrictEqual({
      evacuation: {
        ...{ region: 'eu-central-1', reason: 'bad deployment', issuedBy: operatorArn },
        ...{ issuedIn: 'eu-west-1', issuedAt: '2026-11-22T12:00:00.250Z' },
        ...{ expiresAt: '2026-11-22T12:30:00.250Z', inForce: true },
      },
    });
  });

  it('restores it with 204 and no content, again and again', async () => {
    const { put, remove, list, clock } = setUp();
    await put('eu-central-1');
    clock.advance(1_000);
    expect(await remove('eu-central-1')).toMatchObject({ status: 204, body: undefined });
    expect((await list()).body.evacuations).toMatchObject([
      { inForce: false, endedAt: '2026-11-22T12:00:01.250Z', endedBy: operatorArn },
    ]);
    expect((await remove('eu-central-1')).status).toBe(204);
  });

  it('lists evacuations and the audit trail, newest first', async () => {
    const { put, remove, list, clock } = setUp();
    expect((await list()).body).toStrictEqual({ evacuations: [], audit: [] });
    await put('eu-central-1');
    clock.advance(1);
    await remove('eu-central-1', { userArn: 'arn:lee' });
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(z.parse(evacuationsResponseSchema, body)).toStrictEqual(body);
    expect(body.evacuations).toHaveLength(1);
    expect(body.audit).toStrictEqual([
      {
        ...{ id: expect.any(String), act: 'restore', region: 'eu-central-1', by: 'arn:lee' },
        ...{ askedIn: 'eu-west-1', at: '2026-11-22T12:00:00.251Z' },
      },
      {
        ...{ id: expect.any(String), act: 'evacuate', region: 'eu-central-1', by: operatorArn },
        ...{ askedIn: 'eu-west-1', at: '2026-11-22T12:00:00.250Z', reason: 'bad deployment' },
        expiresAt: '2026-11-22T12:30:00.250Z',
      },
    ]);
  });

  it('lists no more of the audit trail than a reader can take', async () => {
    const { remove, list, clock } = setUp();
    for (let n = 0; n <= limits.evacuationAuditEntriesMax; n++) {
      await remove('eu-central-1');
      clock.advance(1);
    }
    expect((await list()).body.audit).toHaveLength(limits.evacuationAuditEntriesMax);
  });

  it('trims the reason', async () => {
    const { put } = setUp();
    const { body } = await put('eu-central-1', { ...order, reason: '  drill\t' });
    expect(body.evacuation.reason).toBe('drill');
  });

  it.each([
    ['/reason', { expiresInSeconds: 60 }],
    ['/reason', { ...order, reason: ' ' }],
    ['/reason', { ...order, reason: 'x'.repeat(201) }],
    ['/reason', { ...order, reason: 'two\nlines' }],
    ['/reason', { ...order, reason: 'a terminal\u001b[2J' }],
    ['/reason', { ...order, reason: '\ud800' }],
    ['/expiresInSeconds', { reason: 'r' }],
    ['/expiresInSeconds', { ...order, expiresInSeconds: 59 }],
    ['/expiresInSeconds', { ...order, expiresInSeconds: 86_401 }],
    ['/expiresInSeconds', { ...order, expiresInSeconds: 60.5 }],
    ['/expiresInSeconds', { ...order, expiresInSeconds: '60' }],
  ])('refuses an order with a fault at %s: %j', async (path, body) => {
    const { put, store } = setUp();
    const answer = await put('eu-central-1', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((fault: { path: string }) => fault.path)).toStrictEqual([path]);
    expect(store.calls).toStrictEqual([]);
  });

  it.each([
    { ...order, expiresInSeconds: 60 },
    { ...order, expiresInSeconds: 86_400 },
    { ...order, reason: '😀'.repeat(200) },
    { ...order, note: 'members that are newer than this server' },
  ])('takes an order at its bounds: %j', async (body) => {
    expect((await setUp().put('eu-central-1', body)).status).toBe(200);
  });

  it.each([
    ['unknown-region', 404, 'eu-west-9', {}],
    ['evacuation-refused', 409, 'eu-west-1', {}],
    ['evacuation-refused', 409, 'eu-central-1', { evacuations: [ofEuWest1] }],
    [
      ...(['evacuation-refused', 409, 'eu-central-1'] as const),
      { check: () => Promise.reject(new PlatformError('table-throttled', 'Cannot')) },
    ],
  ] as const)('answers %s (%d) to an order for %s', async (code, status, region, options) => {
    const { put, store, actLines } = setUp(options);
    const before = store.entries;
    const answer = await put(region);
    expect(answer).toMatchObject({ status, body: { type: problemType(code), retryable: false } });
    expect(store.entries).toStrictEqual(before);
    expect(actLines()).toMatchObject([{ outcome: 'refused', why: answer.body.detail, target: region }]);
  });

  it.each(['PUT', 'DELETE'])(
    'answers 404 to a %s of a region that the stage does not have',
    async (method) => {
      const { put, remove } = setUp();
      const { status, body } = await (method === 'PUT' ? put : remove)('eu-west-9');
      expect({ status, type: body.type }).toStrictEqual({ status: 404, type: problemType('unknown-region') });
    },
  );

  it('does nothing for a caller without a name, and answers that the platform is at fault', async () => {
    const { put, remove, list, store, rawLines } = setUp();
    for (const event of [unsigned, { userArn: '' }]) {
      for (const { status, body } of [
        await put('eu-central-1', order, event),
        await remove('eu-central-1', event),
        await list(event),
      ]) {
        expect({ status, type: body.type }).toStrictEqual({
          status: 500,
          type: problemType('internal-error'),
        });
        expect(JSON.stringify(body)).not.toContain('authorizer');
      }
    }
    expect(store.calls).toStrictEqual([]);
    expect(rawLines[0]).toContain('a route with an IAM authorizer is needed');
  });

  it('writes one line for each act, with who, whom, why and how it ended', async () => {
    const { put, remove, actLines } = setUp();
    const headers = { ...json, 'x-correlation-id': 'ticket-7' };
    await put('eu-central-1', order, { headers });
    await remove('eu-central-1', { headers });
    const common = {
      ...{ timestamp: '2026-11-22T12:00:00.250Z', level: 'WARN', message: 'evacuation', outcome: 'done' },
      ...{ target: 'eu-central-1', by: operatorArn, correlationId: 'ticket-7', region: 'eu-west-1' },
    };
    expect(actLines()).toStrictEqual([
      { ...common, act: 'evacuate', ...order },
      { ...common, act: 'restore' },
    ]);
  });

  it('says that an act failed when the table does not take it: it may have been done', async () => {
    const { put, store, actLines } = setUp();
    store.failure = new PlatformError('table-timeout', 'Cannot read the evacuations: no answer');
    expect((await put('eu-central-1')).status).toBe(503);
    store.failure = new Error('AccessDeniedException');
    expect((await put('eu-central-1')).status).toBe(500);
    expect(actLines()).toMatchObject([
      { outcome: 'failed', why: 'Cannot read the evacuations: no answer' },
      { outcome: 'failed', why: 'Error: AccessDeniedException' },
    ]);
  });

  it('tells the access key of the caller to nobody', async () => {
    const { put, list, rawLines, store } = setUp();
    await put('eu-central-1');
    const { body } = await list();
    const kept = store.entries;
    expect(JSON.stringify([body, rawLines, kept])).not.toContain(secretAccessKeyId);
  });
});
