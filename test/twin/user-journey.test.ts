import { isDeepStrictEqual } from 'node:util';
import { createClient } from '@gsp/client/fetch';
import { loadProject } from '@gsp/operator/project';
import { encodePathKey, headerNames } from '@gsp/platform/contract';
import { regionsOf } from '@gsp/platform/topology';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { readAllItems, startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/**
 * What a newcomer does in the first five minutes: start, write in one region, read in the other, and back.
 * Everything goes over HTTP against the twin as `npm start` runs it.
 */
let twin: TwinProcess;
/** Of the topology as committed: whatever a team has made of it, a newcomer sees it run. */
const [HERE = '', THERE = HERE] = regionsOf((await loadProject()).topology, { type: 'branch', name: 'main' });

beforeAll(async () => {
  twin = await startTwinProcess({ args: ['--lag', '0', '--no-watch'], isAsCommitted: true });
});
afterAll(() => twin?.end());

async function write(region: string, body: unknown) {
  const response = await fetch(`${twin.region(region).api}/write`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Written };
}

interface Written {
  readonly written: boolean;
  readonly item: { pk: string; sk: string; region: string; version: Record<string, number>; data?: unknown };
}

async function readWhenVisible(region: string, { pk, sk }: { pk: string; sk: string }) {
  const url = `${twin.region(region).api}/items/${encodePathKey(pk)}/${encodePathKey(sk)}`;
  let response = await fetch(url);
  await eventually(async () => {
    if (response.status !== 404) return true;
    response = await fetch(url);
    return response.status !== 404;
  });
  return { status: response.status, body: (await response.json()) as { item: Written['item'] } };
}

describe('a write', () => {
  test.each([
    [HERE, THERE],
    [THERE, HERE],
  ])('in %s is read whole in %s', async (here, there) => {
    const data = { greeting: 'grüß', nested: [1, { deep: null }], amount: 12.5 };
    const written = await write(here, { pk: `from-${here}`, data });
    expect(written.status).toBe(200);
    expect(written.body).toMatchObject({
      written: true,
      item: { region: here, version: { [here]: expect.any(Number) }, data },
    });
    expect(written.headers.get('x-region')).toBe(here);

    const read = await readWhenVisible(there, written.body.item);
    expect(read).toEqual({ status: 200, body: { item: written.body.item } });
  });

  test('is listed newest first in the other region', async () => {
    const pk = `listed-${Math.random().toString(36).slice(2)}`;
    const written: Written[] = [];
    for (let index = 0; index < 3; index += 1) written.push((await write(HERE, { pk, data: index })).body);
    const last = written.at(-1)?.item ?? { pk, sk: '' };
    await readWhenVisible(THERE, last);
    const list = (await (await fetch(`${twin.region(THERE).api}/items/${pk}`)).json()) as {
      items: { data: number }[];
    };
    expect(list.items.map(({ data }) => data)).toEqual([2, 1, 0]);
  });
});

describe('health', () => {
  test.each([HERE, THERE])('of %s answers 200 with its own region and table', async (region) => {
    const response = await fetch(`${twin.region(region).api}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ ok: true, region, table: twin.region(region).table });
  });
});

describe('the error table over HTTP', () => {
  const problems: readonly [string, () => Promise<Response>, number][] = [
    ['wrong content type', () => send('text/plain', '{}'), 415],
    [
      'body of more bytes than allowed',
      () => send('application/json', JSON.stringify({ data: 'é'.repeat(3000) })),
      413,
    ],
    ['broken JSON', () => send('application/json', '{"pk":'), 400],
    ['schema', () => send('application/json', '{"pk":7}'), 400],
    ['unknown route', () => fetch(`${twin.region(HERE).api}/nothing/here`), 404],
    ['wrong method', () => fetch(`${twin.region(HERE).api}/write`), 405],
    ['absent item', () => fetch(`${twin.region(HERE).api}/items/none/none`), 404],
  ];

  function send(type: string, body: string) {
    return fetch(`${twin.region(HERE).api}/write`, {
      method: 'POST',
      headers: { 'content-type': type, 'x-correlation-id': 'journey-1' },
      body,
    });
  }

  test.each(problems)('%s is a problem document', async (_name, request, status) => {
    const response = await request();
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      status,
      type: expect.any(String),
      title: expect.any(String),
      detail: expect.any(String),
      message: expect.any(String),
      retryable: expect.any(Boolean),
    });
    expect(response.headers.get('x-correlation-id')).toBeTruthy();
    if (status === 405) expect(response.headers.get('allow')).toBe('POST');
  });
});

describe('a key', () => {
  const odd = [
    'acme/eu',
    '/',
    '//',
    'a//b',
    '~',
    '~2F',
    '%',
    '%2F',
    '%252F',
    '.',
    '..',
    'a/../b',
    '?#&=',
    'ü💩',
    'a\ufeff.',
  ];
  // Whom a path would name that is divided where a key has a slash, or cut where it has a question mark.
  const neighbours = [
    { pk: 'acme', sk: 'eu' },
    { pk: 'a', sk: 'b' },
    { pk: 'a', sk: '..' },
  ];

  /** A client of one region, as one is made from `amplify_outputs.json`. */
  function clientOf(region: string) {
    const { api: endpoint } = twin.region(region);
    const regions = { [region]: { role: 'primary', apiName: 'here' } };
    const platform = { project: 'any', stage: 'main', regions };
    const outputs = { custom: { API: { here: { endpoint, region, apiName: 'here' } }, platform } };
    return createClient({ outputs });
  }

  test('of any characters comes back as it went, from the item of this key and no other', async () => {
    const client = clientOf(HERE);
    for (const key of neighbours) await client.putItem({ ...key, data: 'a neighbour' });
    for (const [index, pk] of odd.entries()) {
      const sks = [1, 4].map((step) => odd[(index + step) % odd.length] ?? '');
      for (const sk of sks)
        expect((await client.putItem({ pk, sk, data: [pk, sk] })).item).toMatchObject({ pk, sk });
      const { items } = await client.listItems({ pk });
      expect(new Set(items.map(({ sk }) => sk))).toEqual(new Set(sks));
      const [sk = '', deleted = ''] = sks;
      await client.deleteItem({ pk, sk: deleted });
      expect((await client.getItem({ pk, sk })).item).toMatchObject({ pk, sk, data: [pk, sk] });
      expect((await client.incrementCounter({ id: pk, by: 2 })).value).toBe(2);
    }
    for (const key of neighbours) expect((await client.getItem(key)).item.data).toBe('a neighbour');
    client.close();
  });

  test('whose slash is percent-encoded names another item, as on AWS', async () => {
    await clientOf(HERE).putItem({ pk: 'percent', sk: 'encoded', data: 1 });
    const response = await fetch(`${twin.region(HERE).api}/items/percent%2Fencoded`);
    expect(await response.json()).toMatchObject({ item: { pk: 'percent', sk: 'encoded' } });
  });
});

test('HEAD has the headers of GET and no content, and an ETag that is known is a 304', async () => {
  const { item } = (await write(HERE, { pk: 'head' })).body;
  const url = `${twin.region(HERE).api}/items/head/${item.sk}`;
  const [get, head] = [await fetch(url), await fetch(url, { method: 'HEAD' })];
  expect([head.status, await head.text()]).toEqual([200, '']);
  for (const name of ['etag', 'content-type', headerNames.region, 'cache-control'])
    expect(head.headers.get(name), name).toBe(get.headers.get(name));
  const known = { 'if-none-match': `"another", ${get.headers.get('etag')}` };
  for (const method of ['GET', 'HEAD']) {
    const response = await fetch(url, { method, headers: known });
    expect([response.status, await response.text()]).toEqual([304, '']);
    expect(response.headers.get('etag')).toBe(get.headers.get('etag'));
  }
});

test('correlation id goes from the request through the answer into the log of the region that served it', async () => {
  const id = `journey-${Math.random().toString(36).slice(2)}`;
  const response = await fetch(`${twin.region(THERE).api}/items/demo`, {
    headers: { 'x-correlation-id': id },
  });
  expect(response.headers.get('x-correlation-id')).toBe(id);
  const { readFile } = await import('node:fs/promises');
  await eventually(async () => (await readFile(`${twin.dataDir}/${THERE}/log.jsonl`, 'utf8')).includes(id), {
    what: () => `${id} in the log of ${THERE}`,
  });
});

test('openapi.json describes every route that the definition serves', async () => {
  const document = (await (await fetch(`${twin.region(HERE).api}/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, object>;
  };
  expect(document.openapi).toMatch(/^3\.1/);
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining([
      '/health',
      '/health/live',
      '/write',
      '/items/{pk}',
      '/items/{pk}/{sk}',
      '/openapi.json',
    ]),
  );
});

test('both replicas hold the same items once writes have stopped', async () => {
  const ours = { keep: ({ pk }: Record<string, unknown>) => !String(pk).startsWith('sys#') };
  await eventually(async () => {
    const [here, there] = await Promise.all([
      readAllItems(twin.region(HERE), ours),
      readAllItems(twin.region(THERE), ours),
    ]);
    return here.size > 0 && isDeepStrictEqual(here, there);
  });
});
