import {
  createClient,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from '@gsp/client/fetch';
import { encodeSession } from '@gsp/platform/contract';
import { afterEach, describe, expect, test } from 'vitest';
import type { Operation } from '../../src/judge/history.ts';
import { clientObserver } from '../../src/traffic/client-observer.ts';
import type { ObserverClient } from '../../src/traffic/observer.ts';
import { type FakePlatform, PRIMARY, SECONDARY, startFakePlatform } from './fake-platform.ts';

const POST: Operation = { id: 'op-1', client: 'c', idempotencyKey: 'key-1', kind: 'post', pk: 'p' };
const READ: Operation = { id: 'op-2', client: 'c', kind: 'read', pk: 'p', sk: 's' };
const TOKEN = encodeSession([
  {
    ...{
      item: '0123456789abcdef',
      region: SECONDARY,
      dot: 7,
      count: 7,
      updatedAtMs: 1,
      until: 4_000_000_000,
    },
  },
]);

const ITEM = {
  ...{
    pk: 'p',
    sk: 's',
    createdAt: 'then',
    updatedAt: 'then',
    ttl: 1,
    region: SECONDARY,
    data: { op: 'op-1' },
  },
  version: { [SECONDARY]: 7 },
};

function answer(
  region: string,
  {
    status = 200,
    headers = {},
    body = {},
  }: { status?: number; headers?: Record<string, string>; body?: object } = {},
): TransportResponse {
  return { status, headers: { 'x-region': region, ...headers }, body: JSON.stringify(body) };
}

function problem(
  region: string,
  { status, code, ...more }: { status: number; code: string; region?: string },
) {
  const body = {
    type: `urn:problem-type:gsp:${code}`,
    status,
    detail: code,
    remedy: 'Wait.',
    retryable: false,
    ...more,
  };
  return answer(region, { status, body });
}

type Respond = (region: string, request: TransportRequest) => TransportResponse;

const broken: Respond = (region) => {
  throw new TransportError(`Cannot get an answer from ${region}: no whole answer came`);
};

let fake: FakePlatform | undefined;
afterEach(() => fake?.end());

/** One client of the observer over regions that answer as told, once it has warmed up. */
async function clientOf(respond: Respond): Promise<{ client: ObserverClient; sent: TransportRequest[] }> {
  const started = await startFakePlatform(1);
  fake = started;
  const { platform } = started;
  const sent: TransportRequest[] = [];
  let isWarm = false;
  const observer = clientObserver({
    ...{ name: 'client', description: '', clients: 1, open: createClient },
    connect: () => async (request) => {
      const region = platform.regions.find(({ api }) => api === request.endpoint)?.region ?? '';
      if (!isWarm) return answer(region, { body: { item: ITEM } });
      sent.push(request);
      return respond(region, request);
    },
  });
  const signal = new AbortController().signal;
  const [client] = await observer.open({
    platform,
    seed: 1,
    requestTimeoutMs: 1_000,
    warmPk: 'warm',
    signal,
  });
  if (client === undefined) throw new Error('one client is there');
  isWarm = true;
  return { client, sent };
}

const context = () => ({ session: undefined, digests: new Map<string, string>() });

describe('clientObserver', () => {
  test('send() gives what the caller got, with the session and what it says of the item', async () => {
    const { client, sent } = await clientOf((region) =>
      answer(region, {
        headers: { 'x-session': TOKEN, 'idempotency-replayed': 'true' },
        body: { item: ITEM },
      }),
    );
    const known = new Map([['p/s', '0123456789abcdef']]);
    const reply = await client.send(POST, { session: undefined, digests: known });
    expect(reply).toMatchObject({ region: PRIMARY, session: TOKEN, requests: 1, others: [] });
    expect(reply.answer).toEqual({
      ...{ status: 200, item: ITEM, isReplay: true },
      sighting: { region: SECONDARY, count: 7 },
    });
    expect(sent[0]?.headers).toMatchObject({ 'idempotency-key': 'key-1' });
  });

  test('open() gives clients that have learned, and counts what they sent since', async () => {
    const { client } = await clientOf((region) => answer(region));
    expect(client.baseline).toEqual({ calls: 40, requests: 40 });
  });

  test('send() carries the session that it was given', async () => {
    const { client, sent } = await clientOf((region) => answer(region, { body: { item: ITEM } }));
    await client.send(READ, { session: TOKEN, digests: new Map() });
    expect(sent[0]?.headers).toMatchObject({ 'x-session': TOKEN });
  });

  test('send() names the region that answered, and tells of the one that may have written as well', async () => {
    const { client } = await clientOf((region, request) =>
      region === PRIMARY ? broken(region, request) : answer(region, { body: { item: ITEM } }),
    );
    const reply = await client.send(POST, context());
    expect(reply).toMatchObject({ region: SECONDARY, requests: 2, answer: { status: 200 } });
    expect(reply.others).toMatchObject([{ region: PRIMARY, answer: { status: 0 } }]);
    const [other] = reply.others ?? [];
    expect(other?.beganAfterMs).toBeLessThanOrEqual(reply.askedAfterMs ?? 0);
  });

  test('send() lets judges see the problems that the client kept from its caller', async () => {
    const { client } = await clientOf((region) =>
      region === PRIMARY
        ? problem(region, { status: 500, code: 'internal-error' })
        : answer(region, { body: { item: ITEM } }),
    );
    const { others } = await client.send(POST, context());
    expect(others).toMatchObject([{ region: PRIMARY, answer: { status: 500, problem: 'internal-error' } }]);
  });

  test('send() gives a problem with its status, its code and its region', async () => {
    const { client } = await clientOf((region) => problem(region, { status: 404, code: 'item-not-found' }));
    const reply = await client.send(READ, context());
    expect(reply.answer).toEqual({ status: 404, problem: 'item-not-found' });
    expect(reply).toMatchObject({ region: PRIMARY, requests: 1 });
  });

  test('send() gives the region that has what the session has seen when no other does', async () => {
    const { client } = await clientOf((region) =>
      problem(region, { status: 503, code: 'replica-behind', region: SECONDARY }),
    );
    const { answer: given, others = [] } = await client.send(READ, { session: TOKEN, digests: new Map() });
    expect(given).toEqual({ status: 503, problem: 'replica-behind', namedRegion: SECONDARY });
    // What the judge of sessions asks of every such answer.
    for (const { answer: each } of others) expect(each).toMatchObject({ namedRegion: SECONDARY });
  });

  test('send() has no status when no region answers, and tells of every request', async () => {
    const { client } = await clientOf(broken);
    const { answer: given, requests = 0, others = [], region } = await client.send(POST, context());
    expect(given.status).toBe(0);
    expect(given.error).toMatch(/^(RegionsUnavailable|DeadlineExceeded)Error/);
    expect(requests).toBeGreaterThan(1);
    expect(others).toHaveLength(requests - 1);
    expect([PRIMARY, SECONDARY]).toContain(region);
  });
});
