import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attachTwin, renderDataReport, reportDataRun, runDataScenario } from '@gsp/drill';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { copyRepository, type DefinitionFolder } from './support/definition-folder.ts';
import { eventually } from './support/eventually.ts';
import { healTwin } from './support/heal-twin.ts';
import { startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/**
 * The promises about data where conflicts are merged: clients add to the same items, move and delete them in every region through
 * cuts, delays, a wrong clock and SIGKILL, and nothing that was acknowledged is missing afterwards. The last test shows that this
 * would be noticed.
 */
const SEEDS = [11, 12, 13, 14, 15];
const OPERATIONS = 300;
const RUN_LIMIT_MS = 150_000;

const definition = (merge: string) => `
import { defineEntity } from '@gsp/platform/entities';
import * as z from 'zod';

export const tally = defineEntity({
  name: 'tally',
  plural: 'tallies',
  schema: z.object({ kind: z.string(), marks: z.record(z.string(), z.int()) }),
  indexes: { byKind: { partition: 'kind' } },
  access: { read: 'public', write: 'public' },
  merge: ${merge},
});
`;
const UNION = '(mine, theirs) => ({ ...theirs, marks: { ...mine.marks, ...theirs.marks } })';

let folder: DefinitionFolder;
let twin: TwinProcess;

const define = (merge: string) =>
  writeFile(join(folder.path, 'amplify/entities/index.ts'), definition(merge));

beforeAll(async () => {
  folder = await copyRepository();
  await define(UNION);
  twin = await startTwinProcess({ cwd: folder.path, args: ['--lag', '0..40'] });
}, RUN_LIMIT_MS);
beforeEach(() => healTwin(twin));
afterAll(async () => {
  await twin?.end();
  await folder?.remove();
});

async function drill(seed: number, operations = OPERATIONS) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new Error('the run took too long')), RUN_LIMIT_MS);
  const drilled = await attachTwin(twin.ready.control, stop.signal);
  const prefix = `merge-${randomUUID().slice(0, 8)}`;
  const options = { twin: drilled, seed, operations, clients: 12, prefix, signal: stop.signal };
  const result = await runDataScenario(options).finally(() => clearTimeout(timer));
  return reportDataRun(result, { seed, repeat: `npm run drill -- --scenario data --seed ${seed}` });
}

test.each(SEEDS)(
  'what regions add to one item is all there, seed %i',
  async (seed) => {
    const report = await drill(seed);
    expect(report.isKept, renderDataReport([report])).toBe(true);
    expect(report.figures.contributions).toBeGreaterThan(0);
  },
  RUN_LIMIT_MS + 20_000,
);

test(
  'a merge that drops what was lost is found out',
  async () => {
    const printed = twin.output().length;
    await define('(_mine, theirs) => theirs');
    await eventually(() => /Swapped functions and routes/.test(twin.output().slice(printed)), {
      limitMs: RUN_LIMIT_MS / 2,
      what: twin.output,
    });
    const found: { readonly detail: string }[] = [];
    // A cut in which nobody meets on an item takes nothing away; in longer ones more do.
    for (let seed = 11; seed < 19; seed += 1) {
      if (found.length > 0) break;
      found.push(...((await drill(seed, 3 * OPERATIONS)).violations.merges ?? []));
    }
    expect(found.length).toBeGreaterThan(0);
    for (const { detail } of found)
      expect(detail).toMatch(/without \S+, which (\S+ acknowledged|the session of \S+ had seen)/);
  },
  5 * RUN_LIMIT_MS,
);
