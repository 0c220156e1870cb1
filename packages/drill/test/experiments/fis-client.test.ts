// Goal: FIS is asked as AWS wants to be asked, again where that helps, and what it says reaches a person in words.

import { CloudError } from '@gsp/operator/cloud';
import { fisClient } from '@gsp/operator/fault-injection';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeFis, type FakeFisBehaviour, startFakeFis } from './fake-fis.ts';

const { signal } = new AbortController();

// The SDK waits a random part of a second and more before it asks again.
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0));

let open: FakeFis[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await Promise.all(open.map((fis) => fis.close()));
  open = [];
});

async function fisThat(behaviour: FakeFisBehaviour = {}): Promise<FakeFis> {
  const fis = await startFakeFis('eu-central-1', behaviour);
  open.push(fis);
  return fis;
}

test('fisClient() signs for FIS in the Region that it asks', async () => {
  const { client, calls } = await fisThat();
  await client.templates(signal);
  expect(calls[0]?.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/fis\/aws4_request, SignedHeaders=.*host/,
  );
});

test.each(['AWS_ENDPOINT_URL_FIS', 'AWS_ENDPOINT_URL'])('fisClient() asks where %s says', async (name) => {
  const { url, calls } = await fisThat();
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
  vi.stubEnv(name, url);
  const credentials = async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' });
  await fisClient({ region: 'eu-west-1', credentials }).templates(signal);
  expect(calls).toHaveLength(1);
});

test('fisClient() reads every page', async () => {
  const { client, calls } = await fisThat({ pageSize: 2 });
  expect((await client.templates(signal)).map(({ id }) => id)).toEqual([
    ...['EXT-other', 'EXT-health-503', 'EXT-health-error', 'EXT-health-delay', 'EXT-replication-pause'],
  ]);
  expect(calls.map(({ query }) => query)).toEqual([{}, { nextToken: '2' }, { nextToken: '4' }]);
});

test('fisClient() starts once, however often the start has to be sent', async () => {
  let faults = 2;
  const fault = () => (faults-- > 0 ? ({ status: 429, code: 'ThrottlingException' } as const) : undefined);
  const { client, calls, statuses } = await fisThat({ fault });
  const { id } = await client.start({ templateId: 'EXT-health-503', token: 't' }, signal);
  expect(id).toBe('EXP1');
  expect(calls.map(({ body }) => body.clientToken)).toEqual(['t', 't', 't']);
  expect(statuses()).toHaveLength(1);
});

describe('what FIS says', () => {
  test.each<[string, FakeFisBehaviour, number, string, RegExp]>([
    ['throttled to the end', faulty(429, 'ThrottlingException'), 4, 'unavailable', /AWS throttles/],
    ['throttled without a code', faulty(429), 4, 'unavailable', /AWS throttles/],
    ['broken', faulty(500, 'InternalServerException'), 4, 'unavailable', /AWS failed to answer/],
    ['unreachable', { fault: () => 'lost' }, 4, 'unreachable', /does not answer there.*socket hang up/],
    ['denied', faulty(403, 'AccessDeniedException'), 1, 'denied', /not allowed/],
    ['in conflict', faulty(409, 'ConflictException'), 1, 'state', /something else holds.*Because of reasons/],
    ['at its quota', faulty(402, 'ServiceQuotaExceededException'), 1, 'state', /quota of FIS is used up/],
    [
      'without such an experiment',
      faulty(404, 'ResourceNotFoundException'),
      1,
      'state',
      /no such experiment/,
    ],
    ['displeased', faulty(400, 'ValidationException'), 1, 'state', /does not accept the request/],
    ['somebody else', { fault: () => ({ status: 400, text: '<html>' }) }, 1, 'state', /not JSON/],
    ['not JSON', { fault: () => ({ status: 200, text: '<html>' }) }, 1, 'state', /not JSON/],
    ['not FIS', { fault: () => ({ status: 200, text: '{}' }) }, 1, 'state', /experiment is missing/],
  ])(
    'fisClient() tells that FIS is %s, after the right number of attempts',
    async (_, how, attempts, reason, words) => {
      const { client, calls } = await fisThat(how);
      const error = await client.get('EXP1', signal).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CloudError);
      expect(error).toMatchObject({ reason });
      expect(String(error)).toMatch(/Cannot look at experiment EXP1 in eu-central-1: /);
      expect(String(error)).toMatch(words);
      expect(calls).toHaveLength(attempts);
    },
  );

  test('fisClient() gives up at once when it is told to', async () => {
    const stop = new AbortController();
    const fault = () => {
      stop.abort(new Error('enough'));
      return { status: 500, code: 'InternalServerException' };
    };
    const { client, calls } = await fisThat({ fault });
    await expect(client.get('EXP1', stop.signal)).rejects.toThrow('enough');
    expect(calls).toHaveLength(1);
  });
});

function faulty(status: number, code?: string): FakeFisBehaviour {
  return { fault: () => ({ status, ...(code !== undefined && { code }) }) };
}
