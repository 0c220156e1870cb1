import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineTopology } from '@gsp/platform/topology';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunReindexOptions, runReindex } from '../../src/reindex/run-reindex.ts';
import { type AwsCall, AwsFault } from '../cloud/aws-wire.ts';
import { spokenTerminal } from '../cloud/spoken-terminal.ts';
import { wiredCloud } from '../cloud/wired-cloud.ts';

const topology = defineTopology({
  project: 'gsp',
  regions: ['eu-west-1', 'eu-central-1'],
  stages: { main: {} },
});

let rootDir: string;
beforeEach(async () => {
  rootDir = await mkdtemp(join(tmpdir(), 'reindex-'));
  await mkdir(join(rootDir, 'amplify/entities'), { recursive: true });
  const order = {
    kind: 'entity',
    name: 'order',
    plural: 'orders',
    indexes: { byStatus: { partition: 'status' } },
  };
  await writeFile(
    join(rootDir, 'amplify/entities/index.ts'),
    `export const order = ${JSON.stringify(order)};\nexport const other = 1;\n`,
  );
});
afterEach(() => rm(rootDir, { recursive: true }));

const at = '2026-12-01T00:00:00.000Z';
const record = (sk: string, dot = 7) => ({
  pk: { S: 'order~c' },
  sk: { S: sk },
  createdAt: { S: at },
  updatedAt: { S: at },
  region: { S: 'eu-west-1' },
  dot: { N: String(dot) },
  'v#eu-west-1': { N: '1' },
  data: { M: { status: { S: 'open' } } },
});

/** Runs the command against a table of two pages. */
async function run(
  options: Partial<RunReindexOptions> = {},
  { peerDot = 7, update = () => ({}) }: { peerDot?: number; update?: (call: AwsCall) => unknown } = {},
) {
  const { wire } = await wiredCloud((call) => {
    const { action, input } = call;
    if (action === 'Scan') {
      const isFirst = JSON.stringify(input).includes('ExclusiveStartKey') === false;
      const LastEvaluatedKey = { pk: { S: 'order~c' }, sk: { S: 'a' } };
      return isFirst ? { Items: [record('a')], LastEvaluatedKey } : { Items: [record('b')] };
    }
    if (action === 'GetItem') return { Item: record('x', peerDot) };
    return action === 'UpdateItem' ? update(call) : undefined;
  });
  const terminal = spokenTerminal();
  const all = { stage: 'main', entity: 'order', units: 25, restart: false, json: true, ...options };
  const error: unknown = await runReindex(all, { rootDir, topology }, terminal).catch(
    (cause: unknown) => cause,
  );
  const updates = wire.calls.filter(({ action }) => action === 'UpdateItem');
  return { error, updates, wire, result: terminal.results.map((text) => JSON.parse(text)) };
}

test('runReindex() writes the primary, asks the others first, and says what was done', async () => {
  const { error, updates, wire, result } = await run();
  expect(error).toBeUndefined();
  expect(result).toStrictEqual([
    { entity: 'order', index: null, items: 2, changed: 2, busy: 0, unreadable: 0 },
  ]);
  expect(updates.map(({ region }) => region)).toStrictEqual(['eu-west-1', 'eu-west-1']);
  expect(JSON.stringify(updates[0]?.input)).toContain('order~byStatus~open');
  const asked = wire.calls.filter(({ action }) => action === 'GetItem').map(({ region }) => region);
  expect(asked).toStrictEqual(['eu-central-1', 'eu-central-1']);
  expect(wire.unexpected).toStrictEqual([]);
});

test('runReindex() fails where items were being written, with what to do', async () => {
  const { error, updates, result } = await run({}, { peerDot: 8 });
  expect(updates).toStrictEqual([]);
  expect(result).toMatchObject([{ busy: 2, changed: 0 }]);
  expect(error).toMatchObject({
    message: expect.stringMatching(/^2 items were not reindexed\. .*run the same command again/),
  });
});

test('runReindex() continues where it failed, and starts over when told so', async () => {
  const denied = () => new AwsFault('AccessDeniedException', 'not today');
  const failing = ({ input }: AwsCall) => (JSON.stringify(input).includes('"b"') ? denied() : {});
  const { error } = await run({}, { update: failing });
  expect(error).toBeInstanceOf(Error);
  const file = join(rootDir, '.amplify/reindex/gsp-main-items-order-all.json');
  expect(JSON.parse(await readFile(file, 'utf8'))).toStrictEqual({ pk: 'order~c', sk: 'a' });
  expect((await run({ restart: true }, { update: failing })).updates).toHaveLength(2);
  expect((await run()).result).toMatchObject([{ items: 1, changed: 1 }]);
  await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each([
  [{ entity: 'ordr' }, /^Unknown entity 'ordr'\. amplify\/entities\/index\.ts exports order\.$/],
  [{ index: 'byNothing' }, /^Unknown index 'byNothing'\. The indexes of 'order' are: byStatus\.$/],
])('runReindex() refuses %j before it asks anybody', async (options, message) => {
  const { error, wire } = await run(options);
  expect(error).toMatchObject({ message: expect.stringMatching(message) });
  expect(wire.calls).toStrictEqual([]);
});
