import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkDependencies } from '@gsp/operator/link-dependencies';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeDefinition } from '../project/test-project.ts';
import { eventually } from './support/eventually.ts';
import { startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/**
 * A change under amplify/ while the twin runs: code and routes are swapped, data stays, and a definition that does
 * not hold is told of while the last good one goes on. The edits are made in a copy of the repository.
 */
const ROOT = join(import.meta.dirname, '../..');
let checkout: string;
let twin: TwinProcess;

beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'twin-swap-'));
  const isCopied = (path: string) => !/\/(node_modules|dist|packages\/console\/src)$/.test(path);
  for (const part of [
    'amplify',
    'packages',
    'scripts',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ]) {
    await cp(join(ROOT, part), join(checkout, part), { recursive: true, filter: isCopied });
  }
  await placeDefinition(checkout);
  await linkDependencies(ROOT, checkout);
  twin = await startTwinProcess({ args: ['--lag', '0'], cwd: checkout, hasConsole: true });
}, 120_000);

afterAll(async () => {
  await twin?.end();
  await rm(checkout, { recursive: true, force: true });
});

test('a twin whose console cannot be built says so in one line and runs without it', async () => {
  expect(twin.output()).toContain(
    `! Cannot build the console: there is no ${join(checkout, 'packages/console/src/index.html')}`,
  );
  expect(twin.output()).toContain('The twin runs without its console.');
  expect(twin.ready).not.toHaveProperty('console');
  expect((await fetch(twin.ready.control)).status).toBe(404);
});

const TOPOLOGY = 'amplify/topology.ts';

/** Both regions are synthesized anew meanwhile. */
const SWAP_LIMIT_MS = 90_000;

test('twin serves changed code without losing data, and outlives a broken definition', async () => {
  const { api } = twin.region('eu-west-1');
  const write = (bytes: number) =>
    fetch(`${api}/write`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ pk: 'swap', data: 'x'.repeat(bytes) }),
    });
  const path = join(checkout, TOPOLOGY);
  // A second try begins where the first one did.
  await placeDefinition(checkout);
  const original = await readFile(path, 'utf8');
  await eventually(async () => (await write(5_000)).status === 413, {
    limitMs: SWAP_LIMIT_MS,
    intervalMs: 250,
  });
  expect((await write(100)).status).toBe(200);
  const printed = twin.output().length;
  await writeFile(path, original.replace('defineTopology({', 'defineTopology({ this is not TypeScript'));
  const isTold = () => twin.output().slice(printed).includes('The last working definition goes on.');
  await eventually(isTold, { limitMs: SWAP_LIMIT_MS, what: twin.output });
  expect((await write(100)).status).toBe(200);

  await writeFile(path, original.replace('bodyLimitBytes: 4_096', 'bodyLimitBytes: 65_536'));
  await eventually(async () => (await write(5_000)).status === 200, {
    limitMs: SWAP_LIMIT_MS,
    intervalMs: 250,
    what: twin.output,
  });
  const list = (await (await fetch(`${api}/items/swap?limit=100`)).json()) as { items: { data: string }[] };
  expect(list.items.at(-1)?.data).toBe('x'.repeat(100));
}, 300_000);
