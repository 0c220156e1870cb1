import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DeleteCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataDirectoryError } from '../../src/dynamodb/journal/data-directory-error.ts';
import { eventually } from './support/eventually.ts';
import { readTable } from './support/read-table.ts';
import { startCluster, type TestCluster, type TestRegion } from './support/replica-cluster.ts';
import { testTable } from './support/test-table.ts';

/**
 * Files of a region that are not of the same time: one, or two, are an older copy, or are gone. Either both regions hold again
 * what was acknowledged, or the start is refused with a remedy after which they do. Never does a region start and lack
 * something that nobody speaks of.
 */
const TableName = testTable.tableName;
const LIMIT = { timeoutMs: 60_000 };
const PARTS = ['engine', 'changes', 'intents', 'meta', 'peers', 'tokens', 'tombstones'] as const;
type Part = (typeof PARTS)[number];

let cluster: TestCluster;
let here: TestRegion;
let there: TestRegion;
/** What was acknowledged last of each item: its number, or null where it was deleted. */
let expected: Map<string, number | null>;

beforeEach(async () => {
  cluster = await startCluster();
  [here, there] = cluster.regions as [TestRegion, TestRegion];
  expected = new Map();
});
afterEach(() => cluster.close());

async function put(region: TestRegion, sk: string, n: number): Promise<void> {
  await region.documents.send(new PutCommand({ TableName, Item: { pk: 'p', sk, n } }));
  expected.set(`p/${sk}`, n);
}

async function remove(region: TestRegion, sk: string): Promise<void> {
  await region.documents.send(new DeleteCommand({ TableName, Key: { pk: 'p', sk } }));
  expected.set(`p/${sk}`, null);
}

async function transact(region: TestRegion, sk: string, n: number): Promise<void> {
  const Item = { pk: 'p', sk, n };
  const TransactItems = [{ Put: { TableName, Item } }];
  await region.documents.send(new TransactWriteCommand({ ClientRequestToken: `${sk}-${n}`, TransactItems }));
  expected.set(`p/${sk}`, n);
}

/** Puts, overwrites and deletions of both regions, of which each sees those of the other. */
async function write(round: number): Promise<void> {
  const [h, t] = [`here-${round}`, `there-${round}`];
  for (const [region, name] of [
    [here, h],
    [there, t],
  ] as const) {
    for (let item = 0; item < 4; item += 1) await put(region, `${name}-${item}`, round);
    await transact(region, `${name}-token`, round);
  }
  await converged();
  await put(here, `${t}-0`, round + 0.5);
  await put(there, `${h}-0`, round + 0.5);
  await remove(here, `${t}-1`);
  await remove(there, `${h}-1`);
  await converged();
}

function itemsExpected(): Map<string, number> {
  const items = [...expected].filter(([, n]) => n !== null);
  return new Map(items.sort() as [string, number][]);
}

async function itemsOf(region: TestRegion): Promise<Map<string, number>> {
  const table = await readTable(region);
  return new Map([...table].map(([key, item]): [string, number] => [key, JSON.parse(item).n]).sort());
}

async function converged(): Promise<void> {
  await eventually(
    'both regions hold what was acknowledged',
    async () => {
      const wanted = itemsExpected();
      expect(await itemsOf(here)).toEqual(wanted);
      expect(await itemsOf(there)).toEqual(wanted);
      for (const region of cluster.regions) expect(region.replica().links()[0]?.backlog).toBe(0);
    },
    LIMIT,
  );
}

async function stop(): Promise<void> {
  await here.stopReplica();
  await here.killEngine();
}

async function start(): Promise<void> {
  await here.startEngine();
  await here.startReplica();
}

const copyDir = () => `${here.dataDir}-copy`;

async function copyAll(): Promise<void> {
  await stop();
  cpSync(here.dataDir, copyDir(), { recursive: true });
  await start();
}

/** The files of a part, as paths below the region's folder. */
function filesOf(part: Part, root: string): string[] {
  if (part === 'engine' || part === 'peers') {
    const folder = part === 'engine' ? 'engine' : 'replica/peers';
    return readdirSync(join(root, folder)).map((name) => join(folder, name));
  }
  const names = readdirSync(join(root, 'replica')).filter((name) => name.startsWith(part));
  return names.map((name) => join('replica', name));
}

function replaceByCopy(part: Part): void {
  for (const file of filesOf(part, here.dataDir)) rmSync(join(here.dataDir, file));
  for (const file of filesOf(part, copyDir())) {
    mkdirSync(join(here.dataDir, file, '..'), { recursive: true });
    cpSync(join(copyDir(), file), join(here.dataDir, file));
  }
}

/** Two rounds with a copy between them, and then writes of this region that the other does not get. */
async function writeAndCopy(): Promise<void> {
  await write(1);
  await copyAll();
  await write(2);
  here.replica().setLink(there.region, { cut: true });
  await put(here, 'unsent', 3);
  await put(here, 'here-2-2', 3);
  await remove(here, 'here-2-3');
  await stop();
}

/** What becomes of what this region alone had: lost where its folder was removed or is an older copy. */
type Unsent = 'kept' | 'lost';

/** Starts, or follows the remedy of the refusal: without the folder the other region sends everything. */
async function startOrFollowRemedy(): Promise<Unsent> {
  try {
    await start();
    return 'kept';
  } catch (error) {
    expect(error).toBeInstanceOf(DataDirectoryError);
    expect(error).toMatchObject({
      code: 'Contradictory',
      message: expect.stringMatching(/Remove the region's whole folder.* --fresh/),
    });
    await here.killEngine();
    rmSync(here.dataDir, { recursive: true });
    await start();
    return 'lost';
  }
}

async function expectRecovery(unsentWrites: Unsent): Promise<void> {
  if (unsentWrites === 'lost') {
    // What was sent before stays; what was not is lost with the folder, as the remedy says.
    expected.delete('p/unsent');
    expected.set('p/here-2-2', 2);
    expected.set('p/here-2-3', 2);
  }
  await converged();
  await put(here, 'after', 4);
  await put(there, 'after-there', 4);
  await converged();
}

const PAIRS = PARTS.flatMap((one, place) => PARTS.slice(place + 1).map((other) => [one, other] as const));

describe('a region of which an older copy is started', () => {
  test.each(PARTS)('of its %s: recovers, or is refused with a remedy', async (part) => {
    await writeAndCopy();
    replaceByCopy(part);
    const unsentWrites = await startOrFollowRemedy();
    if (part === 'engine' || part === 'changes') expect(unsentWrites).toBe('lost');
    if (part === 'peers' || part === 'tombstones' || part === 'meta') expect(unsentWrites).toBe('kept');
    await expectRecovery(unsentWrites);
  });

  test.each(PAIRS)('of its %s and its %s: recovers, or is refused with a remedy', async (one, other) => {
    await writeAndCopy();
    replaceByCopy(one);
    replaceByCopy(other);
    await expectRecovery(await startOrFollowRemedy());
  });

  test('as a whole: gets back what it had sent', async () => {
    await writeAndCopy();
    rmSync(here.dataDir, { recursive: true });
    cpSync(copyDir(), here.dataDir, { recursive: true });
    await start();
    await expectRecovery('lost');
    expect(there.log.join('\n')).toMatch(
      /sends everything: it lacks changes of its own that it has sent here/,
    );
  });

  test('as a whole, which writes on before anybody can tell it', async () => {
    await writeAndCopy();
    rmSync(here.dataDir, { recursive: true });
    cpSync(copyDir(), here.dataDir, { recursive: true });
    there.replica().setLink(here.region, { cut: true });
    await start();
    for (let item = 0; item < 40; item += 1) await put(here, `on-${item}`, 5);
    await eventually('they have arrived', async () => (await itemsOf(there)).has('p/on-39'), LIMIT);
    there.replica().setLink(here.region, { cut: false });
    await expectRecovery('lost');
  });
});

test('a deletion is remembered although the tombstones are an older copy: a late put does not bring the item back', async () => {
  await put(there, 'late', 1);
  await converged();
  await copyAll();
  there.replica().setLink(here.region, { cut: true });
  await put(there, 'late', 2);
  await remove(here, 'late');
  await stop();
  replaceByCopy('tombstones');
  await start();
  there.replica().setLink(here.region, { cut: false });
  await converged();
});

describe('a region whose folder is gone', () => {
  test('is sent everything, its own writes and the deletions included', async () => {
    await writeAndCopy();
    rmSync(here.dataDir, { recursive: true });
    await start();
    await expectRecovery('lost');
    // Older than the deletion, and late: it must not bring the item back.
    expect((await itemsOf(here)).has('p/there-2-1')).toBe(false);
  });

  test('and whose peer was away: is sent everything when that is back, also after it was killed in the middle', async () => {
    await writeAndCopy();
    rmSync(here.dataDir, { recursive: true });
    await there.stopReplica();
    await start();
    await there.startReplica();
    await eventually('it was told', () => there.log.some((line) => /sends everything/.test(line)), LIMIT);
    await there.stopReplica();
    await there.startReplica();
    await expectRecovery('lost');
  });

  test('is sent items of more bytes than a batch has', async () => {
    const big = 'x'.repeat(300_000);
    for (let item = 0; item < 40; item += 1)
      await there.documents.send(
        new PutCommand({ TableName, Item: { pk: 'big', sk: `${item}`, n: item, big } }),
      );
    for (let item = 0; item < 40; item += 1) expected.set(`big/${item}`, item);
    await converged();
    await stop();
    rmSync(here.dataDir, { recursive: true });
    await start();
    await converged();
  });
});

describe('a region whose files contradict each other', () => {
  const newestLog = () => {
    const names = readdirSync(join(here.dataDir, 'replica')).filter((name) => name.startsWith('changes-'));
    return join(here.dataDir, 'replica', names.sort().at(-1) ?? '');
  };

  test('is refused where its change log was cut in half', async () => {
    await writeAndCopy();
    truncateSync(newestLog(), Math.floor(readFileSync(newestLog()).length / 2));
    expect(await startOrFollowRemedy()).toBe('lost');
    await expectRecovery('lost');
  });

  test('is refused where its change log is gone', async () => {
    await writeAndCopy();
    rmSync(newestLog());
    expect(await startOrFollowRemedy()).toBe('lost');
    await expectRecovery('lost');
  });

  test('is refused where a position is ahead of the log, naming both', async () => {
    await writeAndCopy();
    const path = join(here.dataDir, 'replica/peers', `${there.region}.json`);
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), sequence: 1_000 }));
    await here.startEngine();
    await expect(here.startReplica()).rejects.toMatchObject({
      code: 'Contradictory',
      path,
      message: expect.stringMatching(/it knows change 1000 .* the change log ends with \d\d/),
    });
  });

  test('goes on where only the positions are gone, and loses nothing', async () => {
    await writeAndCopy();
    rmSync(join(here.dataDir, 'replica/peers'), { recursive: true });
    await start();
    await expectRecovery('kept');
  });

  test('is refused where its engine is gone', async () => {
    await writeAndCopy();
    rmSync(join(here.dataDir, 'engine'), { recursive: true });
    expect(existsSync(join(here.dataDir, 'replica'))).toBe(true);
    expect(await startOrFollowRemedy()).toBe('lost');
    await expectRecovery('lost');
  });
});
