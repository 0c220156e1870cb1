// Goal: what docs/entities.md, docs/erasure.md and `npm run reindex` promise holds over whole regions. Method: a twin of a
// project with entities, changed while it runs, cut, and killed; commands run as an operator runs them.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@gsp/client/fetch';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { callApi, setLinks } from './support/call-api.ts';
import { copyRepository, type DefinitionFolder } from './support/definition-folder.ts';
import { eventually } from './support/eventually.ts';
import { healTwin } from './support/heal-twin.ts';
import { killProcesses } from './support/kill-processes.ts';
import { readAllItems, startTwinProcess, type TwinProcess } from './support/twin-process.ts';

const [HERE, THERE] = ['eu-west-1', 'eu-central-1'] as const;
const REGIONS = [HERE, THERE];
const LIMIT_MS = 120_000;
const run = promisify(execFile);

/** The order of the documents, before and after somebody asks for those of one status. */
const definitions = (indexes: string) => `
import { defineEntity } from '@gsp/platform/entities';
import * as z from 'zod';

export const order = defineEntity({
  name: 'order',
  schema: z.object({
    customerId: z.string().max(64),
    status: z.enum(['open', 'paid']),
    total: z.int().nonnegative(),
    note: z.string().optional(),
    items: z.array(z.string()).default([]),
  }),
  partition: 'customerId',
  ${indexes}
  life: 'forever',
  access: { read: 'public', write: 'token', owner: 'customerId' },
  merge: (mine, theirs) => ({ ...theirs, total: Math.max(mine.total, theirs.total) }),
});

export const memo = defineEntity({ name: 'memo', schema: z.object({ text: z.string() }) });

// As in a staged deployment: one region has the next version of the schema already.
const newer = process.env.AWS_REGION === '${HERE}' ? { weight: z.int().default(1) } : {};
export const parcel = defineEntity({ name: 'parcel', schema: z.object({ to: z.string(), ...newer }) });
`;
const WITH_INDEX = "indexes: { byStatus: { partition: 'status', sort: 'createdAt' } },";

interface Order {
  readonly id: string;
  readonly total: number;
  readonly status: string;
  readonly version: Readonly<Record<string, number>>;
}

let folder: DefinitionFolder;
let twin: TwinProcess;

beforeAll(async () => {
  folder = await copyRepository();
  await define('');
  twin = await startTwinProcess({ cwd: folder.path, args: ['--lag', '0..20'] });
}, LIMIT_MS);
beforeEach(() => healTwin(twin));
afterAll(async () => {
  await twin?.end();
  await folder?.remove();
});

const define = (indexes: string) =>
  writeFile(join(folder.path, 'amplify/entities/index.ts'), definitions(indexes));
const call = async (region: string, path: string, [method, body]: [string?, object?] = []) => {
  const request = { path, ...(method && { method }), ...(body && { body }) };
  const { status, body: answer } = await callApi(twin, region, request);
  return { status, body: answer as Readonly<Record<string, unknown>> };
};
const orderOf = async (region: string, path: string) => (await call(region, path)).body as unknown as Order;
const command = (name: string, args: readonly string[]) =>
  run(process.execPath, ['--import', 'tsx', `scripts/${name}.ts`, '--twin', twin.ready.control, ...args], {
    cwd: folder.path,
    timeout: LIMIT_MS,
  });
/** Ids that an index finds, through all pages. */
async function queried(region: string, status: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: unknown = ''; cursor !== undefined; ) {
    const query = new URLSearchParams({
      index: 'byStatus',
      status,
      ...(cursor !== '' && { cursor: String(cursor) }),
    });
    const { status: code, body } = await call(region, `/orders?${query}`);
    if (code !== 200) throw new Error(`the query was answered ${code}: ${JSON.stringify(body)}`);
    ids.push(...(body.items as Order[]).map(({ id }) => id));
    ({ cursor } = body);
  }
  return ids.sort();
}
const everywhere = (holds: (region: string) => Promise<boolean>, what: string) =>
  eventually(async () => (await Promise.all(REGIONS.map(holds))).every(Boolean), {
    limitMs: LIMIT_MS / 2,
    what: () => what,
  });

test('an order is made in one region and read, changed and deleted in the other', async () => {
  const made = await call(HERE, '/orders', [
    'POST',
    { id: 'o1', customerId: 'ada', status: 'open', total: 3 },
  ]);
  expect(made).toMatchObject({ status: 201, body: { id: 'o1', region: HERE, items: [] } });
  const path = '/orders/ada/o1';
  await everywhere(async (region) => (await call(region, path)).status === 200, 'the order in both regions');
  expect(await call(THERE, path, ['PATCH', { status: 'paid' }])).toMatchObject({
    body: { status: 'paid', total: 3, region: THERE },
  });
  await everywhere(async (region) => (await orderOf(region, path)).status === 'paid', 'the change');
  expect((await call(THERE, path, ['DELETE'])).status).toBe(204);
  await everywhere(async (region) => (await call(region, path)).status === 404, 'the deletion');
});

test('a region that is one version of the schema behind drops nothing of what the other wrote', async () => {
  await call(HERE, '/parcels', ['POST', { id: 'p1', to: 'ada', weight: 7 }]);
  await everywhere(async (region) => (await call(region, '/parcels/p1')).status === 200, 'the parcel');
  expect((await call(THERE, '/parcels/p1')).body).not.toHaveProperty('weight');
  expect(await call(THERE, '/parcels/p1', ['PATCH', { to: 'bob' }])).toMatchObject({ body: { to: 'bob' } });
  await call(THERE, '/parcels', ['POST', { id: 'p2', to: 'eve' }]);
  await everywhere(async (region) => {
    const [changed, made] = [await call(region, '/parcels/p1'), await call(region, '/parcels/p2')];
    return changed.body.to === 'bob' && made.status === 200;
  }, 'both parcels');
  // What it does not know of has stayed; what the older version has left out has its default.
  expect((await call(HERE, '/parcels/p1')).body).toMatchObject({ to: 'bob', weight: 7 });
  expect((await call(HERE, '/parcels/p2')).body).toMatchObject({ to: 'eve', weight: 1 });
  expect((await call(THERE, '/parcels/p3', ['PUT', { to: 'a', weight: 2 }])).status).toBe(400);
});

test('what two regions changed in a cut is merged in both, and nothing of it is lost', async () => {
  const path = '/orders/eve/m1';
  await call(HERE, '/orders', ['POST', { id: 'm1', customerId: 'eve', status: 'open', total: 1 }]);
  await everywhere(async (region) => (await call(region, path)).status === 200, 'the order');
  await setLinks(twin, REGIONS as [string, string], 'cut');
  await call(HERE, path, ['PATCH', { total: 90 }]);
  await call(THERE, path, ['PATCH', { status: 'paid', note: 'later' }]);
  await setLinks(twin, REGIONS as [string, string], 'heal');
  const merged = { total: 90, status: 'paid', note: 'later' };
  await everywhere(
    async (region) => matches(await call(region, path), merged),
    'the merged order in both regions',
  );
  const versions = () => Promise.all(REGIONS.map(async (region) => (await orderOf(region, path)).version));
  await eventually(async () => {
    const [here, there] = await versions();
    return JSON.stringify(here) === JSON.stringify(there);
  });
});

test('an index that comes while calls go on is filled by a command that may be interrupted', async () => {
  const ids = Array.from({ length: 40 }, (_, at) => `r${String(at).padStart(2, '0')}`);
  for (const [at, id] of ids.entries())
    await call(HERE, '/orders', ['POST', { id, customerId: `c${at % 5}`, status: 'open', total: at }]);
  const traffic = keepCalling();
  await define(WITH_INDEX);
  await eventually(
    async () =>
      (await Promise.all(REGIONS.map((region) => call(region, '/orders?index=byStatus&status=open')))).every(
        ({ status }) => status === 200,
      ),
    { limitMs: LIMIT_MS, what: twin.output },
  );
  expect(await traffic.stop()).toEqual({ failed: [], isBusy: true });
  // What was there before is in no index; what is written now is.
  await call(THERE, '/orders', ['POST', { id: 'new', customerId: 'c0', status: 'open', total: 1 }]);
  await everywhere(async (region) => (await queried(region, 'open')).includes('new'), 'the new order');
  expect(await queried(HERE, 'open')).not.toContain('r00');

  const args = ['--import', 'tsx', 'scripts/reindex.ts', '--twin', twin.ready.control, '--entity', 'order'];
  const first = spawn(process.execPath, [...args, '--units', '20'], { cwd: folder.path });
  const told = Promise.race([once(first.stderr, 'data'), once(first, 'exit')]);
  await told;
  first.kill('SIGINT');
  if (first.exitCode === null && first.signalCode === null) await once(first, 'exit');
  const { stdout } = await command('reindex', ['--entity', 'order', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ entity: 'order', busy: 0, unreadable: 0 });
  await everywhere(async (region) => {
    const found = await queried(region, 'open');
    return ids.every((id) => found.includes(id));
  }, 'every order in the index of both regions');
  await call(HERE, '/orders/c0/r00', ['DELETE']);
  await everywhere(
    async (region) => !(await queried(region, 'open')).includes('r00'),
    'the deleted order to leave',
  );
}, 300_000);

test('what a region acknowledged before it was killed is there afterwards, and in the index of the other', async () => {
  const acknowledged: string[] = [];
  let isOver = false;
  const write = async () => {
    for (let at = 0; !isOver; at += 1) {
      const body = { id: `k${at}`, customerId: 'kim', status: 'paid', total: at };
      const answer = await call(HERE, '/orders', ['POST', body]).catch(() => undefined);
      if (answer?.status === 201) acknowledged.push(body.id);
    }
  };
  const writing = write();
  onTestFinished(() => {
    isOver = true;
    return writing;
  });
  await eventually(() => acknowledged.length >= 20);
  await killProcesses(twin, [{ region: HERE, process: 'region' }]);
  isOver = true;
  await writing;
  await healTwin(twin);
  await everywhere(async (region) => {
    const found = await queried(region, 'paid');
    return acknowledged.every((id) => found.includes(id));
  }, 'every acknowledged order');
});

test('erasure leaves nothing of an item anywhere, also of one that lost in a cut', async () => {
  const secret = 'ada@example.com';
  await setLinks(twin, REGIONS as [string, string], 'cut');
  await call(HERE, '/memos/m1', ['PUT', { text: `${secret} lost` }]);
  await call(THERE, '/memos/m1', ['PUT', { text: `${secret} kept` }]);
  const erase = ['--entity', 'memo', '--id', 'm1', '--yes', '--settle', '1s'];
  // In the cut, on each region's own replica; what lost is logged only when regions hear of each other.
  await command('erase', erase);
  for (const region of REGIONS) expect((await call(region, '/memos/m1')).status).toBe(404);
  await setLinks(twin, REGIONS as [string, string], 'heal');
  const isGone = async () => {
    await command('erase', erase);
    return !(await mentions(secret));
  };
  await eventually(isGone, { limitMs: LIMIT_MS, what: () => `no ${secret} in any region` });
});

test('erasure of a subject takes all that is theirs, and nobody else’s', async () => {
  for (const customerId of ['zoe', 'yan'])
    await call(HERE, '/orders', ['POST', { customerId, status: 'open', total: 1, note: `of ${customerId}` }]);
  await everywhere(
    async (region) => (await listed(region, 'zoe')) + (await listed(region, 'yan')) === 2,
    'both orders',
  );
  await command('erase', ['--subject', 'zoe', '--yes', '--settle', '1s']);
  for (const region of REGIONS) {
    expect(await listed(region, 'zoe')).toBe(0);
    expect(await listed(region, 'yan')).toBe(1);
  }
  expect(await mentions('of zoe')).toBe(false);
});

async function listed(region: string, customerId: string): Promise<number> {
  return ((await call(region, `/orders/${customerId}`)).body.items as Order[]).length;
}

/** Whether any record of any replica has the text: items, index entries, the conflict log. */
async function mentions(text: string): Promise<boolean> {
  const tables = await Promise.all(REGIONS.map((region) => readAllItems(twin.region(region))));
  return tables.some((items) => JSON.stringify([...items]).includes(text));
}

function matches({ body }: { body: Readonly<Record<string, unknown>> }, wanted: object): boolean {
  return Object.entries(wanted).every(([name, value]) => body[name] === value);
}

/** Calls through the client until it is stopped; says which failed, and whether there were any. */
function keepCalling() {
  const failed: unknown[] = [];
  let count = 0;
  let isOver = false;
  const loop = async () => {
    const outputs = JSON.parse(await (await fetch(`${twin.ready.control}/amplify_outputs.json`)).text());
    const client = createClient({ outputs });
    while (!isOver) {
      const { item } = await client.writeItem({ pk: 'swap', data: count });
      await client.getItem(item);
      count += 1;
    }
    client.close();
  };
  const calling = loop().catch((error: unknown) => void failed.push(error));
  return {
    async stop() {
      isOver = true;
      await calling;
      return { failed, isBusy: count > 0 };
    },
  };
}
