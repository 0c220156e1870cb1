import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineTopology } from '@gsp/platform/topology';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunEraseOptions, runErase } from '../../src/erase/run-erase.ts';
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
  rootDir = await mkdtemp(join(tmpdir(), 'erase-'));
  await mkdir(join(rootDir, 'amplify/entities'), { recursive: true });
  const order = { kind: 'entity', name: 'order', plural: 'orders', partition: 'customerId', indexes: {} };
  await writeFile(
    join(rootDir, 'amplify/entities/index.ts'),
    `export const order = ${JSON.stringify({ ...order, access: { owner: 'customerId' } })};\n` +
      `export const note = ${JSON.stringify({ ...order, name: 'note', partition: undefined, access: {} })};\n`,
  );
});
afterEach(() => rm(rootDir, { recursive: true }));

const at = '2026-12-01T00:00:00.000Z';
const image = {
  pk: { S: 'order~kim' },
  sk: { S: 'o-1' },
  createdAt: { S: at },
  updatedAt: { S: at },
  region: { S: 'eu-west-1' },
  dot: { N: '7' },
  'v#eu-west-1': { N: '1' },
  data: { M: { customerId: { S: 'kim' } } },
};
const version = { M: { 'eu-west-1': { N: '1' } } };
const { 'v#eu-west-1': _count, dot: _dot, ...loser } = image;
const entry = {
  pk: { S: 'sys#conflict#order~kim' },
  sk: { S: '1795348800123#0123456789abcdef#7' },
  loser: { M: { ...loser, version } },
  detectedAt: { S: at },
  detectedIn: { S: 'eu-west-1' },
  ttl: { N: '9999999999' },
  quiet: { BOOL: true },
};

/** Runs the command over two replicas, each of which has an item and an entry of the log until they are erased. */
async function run(
  options: Partial<RunEraseOptions>,
  answerOf: (call: AwsCall) => unknown = () => undefined,
) {
  const erased = new Set<string>();
  const { wire } = await wiredCloud((call) => {
    const { action, region } = call;
    const given = answerOf(call);
    if (given !== undefined) return given;
    const [hasItem, hasEntry] = [!erased.has(`${region} item`), !erased.has(`${region} entry`)];
    if (action === 'Scan') return { Items: [...(hasItem ? [image] : []), ...(hasEntry ? [entry] : [])] };
    if (action === 'GetItem') return hasItem ? { Item: image } : {};
    if (action === 'Query') return { Items: hasEntry ? [entry] : [] };
    if (action === 'PutItem') erased.add(`${region} item`);
    if (action === 'DeleteItem') erased.add(`${region} entry`);
    return action === 'PutItem' || action === 'DeleteItem' ? {} : undefined;
  });
  const terminal = spokenTerminal();
  const all = { stage: 'main', settle: 1, yes: true, json: true, ...options };
  const error: unknown = await runErase(all, { rootDir, topology }, terminal).catch(
    (cause: unknown) => cause,
  );
  return { error, wire, report: terminal.results.map((text) => JSON.parse(text))[0] };
}

const one = { entity: 'order', partition: 'kim', id: 'o-1' };
const all = [
  { region: 'eu-west-1', items: 1, conflicts: 1, error: null },
  { region: 'eu-central-1', items: 1, conflicts: 1, error: null },
];

test.each([[one], [{ subject: 'kim' }]])(
  'runErase() erases %j on each replica by itself',
  async (options) => {
    const { error, wire, report } = await run(options);
    expect(error).toBeUndefined();
    expect(report.regions).toStrictEqual(all);
    expect(report.stays.join(' ')).toMatch(/Tombstones keep the keys.* for 7 days: .*Queues of lost batches/);
    const tombstones = wire.calls.filter(({ action }) => action === 'PutItem');
    expect(tombstones.map(({ region }) => region).toSorted()).toStrictEqual(['eu-central-1', 'eu-west-1']);
    for (const { input } of tombstones) {
      expect(JSON.stringify(input)).toContain('"deleted":{"BOOL":true}');
      expect(JSON.stringify(input)).not.toContain('customerId');
    }
    expect(wire.unexpected).toStrictEqual([]);
  },
);

test('runErase() erases nothing of somebody else', async () => {
  const { report, wire } = await run({ subject: 'lee' });
  expect(report.regions).toMatchObject([
    { items: 0, conflicts: 0 },
    { items: 0, conflicts: 0 },
  ]);
  expect(wire.calls.filter(({ action }) => action !== 'Scan')).toStrictEqual([]);
});

test('runErase() erases where it can, and says that a region did not let it', async () => {
  const { error, report } = await run(one, ({ region }) =>
    region === 'eu-central-1' ? new AwsFault('AccessDeniedException', 'not today') : undefined,
  );
  expect(report.regions).toMatchObject(
    [all[0], { region: 'eu-central-1', items: 0, error: /./ }].map((each, index) =>
      index === 0 ? each : { ...each, error: expect.stringMatching(/./) },
    ),
  );
  expect(error).toMatchObject({
    code: 'Inconclusive',
    message: 'The erasure is not verified in eu-central-1. Run the same command again when they answer.',
  });
});

test('runErase() goes on while anything is found', async () => {
  let entries = 3;
  const { report } = await run(one, ({ action, region }) => {
    if (action !== 'Query' || region !== 'eu-west-1') return undefined;
    entries -= 1;
    return { Items: entries >= 0 ? [entry] : [] };
  });
  expect(report.regions[0]).toMatchObject({ conflicts: 3, error: null });
});

test.each([
  [{ entity: 'order', id: 'o-1' }, "'order' is partitioned by customerId. Give its value with --partition."],
  [{ entity: 'note', id: 'n', partition: 'x' }, "'note' has no partition field. Leave --partition out."],
])('runErase() refuses %j before it asks anybody', async (options, message) => {
  const { error, wire } = await run(options);
  expect(error).toMatchObject({ message });
  expect(wire.calls).toStrictEqual([]);
});

test('runErase() asks before it erases', async () => {
  const { error, wire } = await run({ ...one, yes: false });
  expect(error).toBeInstanceOf(Error);
  expect(wire.calls).toStrictEqual([]);
});
