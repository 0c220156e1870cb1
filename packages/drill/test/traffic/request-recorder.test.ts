import type { TransportRequest, TransportResponse } from '@gsp/client';
import { describe, expect, test } from 'vitest';
import { RequestRecorder } from '../../src/traffic/request-recorder.ts';

const requestOf = (correlationId: string): TransportRequest => ({
  ...{ apiName: 'api', endpoint: 'http://one', method: 'GET', path: '/items/a/b' },
  headers: { 'x-correlation-id': correlationId },
  signal: new AbortController().signal,
});

function witnessOf(transport: () => Promise<TransportResponse>) {
  return new RequestRecorder(transport, (endpoint) => endpoint.replace('http://', 'region-'));
}

const OK: TransportResponse = { status: 200, headers: {}, body: '{}' };

describe('RequestRecorder', () => {
  test('end() gives every request of the call with what the wire answered', async () => {
    const body = JSON.stringify({ type: 'urn:problem-type:gsp:replica-behind', region: 'eu-central-1' });
    const answers: TransportResponse[] = [{ status: 503, headers: {}, body }, OK];
    const recorder = witnessOf(async () => answers.shift() ?? OK);
    recorder.begin('call-1');
    await recorder.transport(requestOf('call-1'));
    await recorder.transport(requestOf('call-1'));
    const { requests, unclaimed } = recorder.end('call-1');
    expect(requests.map(({ region, answer }) => [region, answer])).toEqual([
      ['region-one', { status: 503, problem: 'replica-behind', namedRegion: 'eu-central-1' }],
      ['region-one', { status: 200 }],
    ]);
    expect(requests.every(({ beganAtMs, endedAtMs }) => endedAtMs !== null && endedAtMs >= beganAtMs)).toBe(
      true,
    );
    expect(unclaimed).toBe(0);
  });

  test('end() gives a request that is under way, or broke, without an answer', async () => {
    const outcomes = [() => Promise.reject(new Error('broken')), () => new Promise<never>(() => undefined)];
    const recorder = witnessOf(() => outcomes.shift()?.() ?? Promise.resolve(OK));
    recorder.begin('call-1');
    await expect(recorder.transport(requestOf('call-1'))).rejects.toThrow('broken');
    void recorder.transport(requestOf('call-1'));
    const { requests } = recorder.end('call-1');
    expect(requests.map(({ answer, endedAtMs }) => [answer, endedAtMs === null])).toEqual([
      [null, false],
      [null, true],
    ]);
  });

  test('end() counts what was sent for no call, and what was sent after one was over, once', async () => {
    const recorder = witnessOf(async () => OK);
    recorder.begin('call-1');
    recorder.end('call-1');
    await recorder.transport(requestOf('call-1'));
    await recorder.transport(requestOf('of nobody'));
    recorder.begin('call-2');
    expect(recorder.end('call-2')).toEqual({ requests: [], unclaimed: 2 });
    recorder.begin('call-3');
    expect(recorder.end('call-3').unclaimed).toBe(0);
  });

  test('transport() gives the answer on when its body is no JSON', async () => {
    const page = { status: 502, headers: {}, body: '<html>' };
    const recorder = witnessOf(async () => page);
    recorder.begin('call-1');
    expect(await recorder.transport(requestOf('call-1'))).toBe(page);
    expect(recorder.end('call-1').requests[0]?.answer).toEqual({ status: 502 });
  });
});
