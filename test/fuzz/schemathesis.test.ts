import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProject } from '@gsp/operator/project';
import { assembleTwin, LOAD_CHANGES } from '@gsp/operator/start';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pythonEnvironment, whyNoPython } from '../python/python-environment.ts';
import { copyShop, type DefinitionFolder } from '../twin/support/definition-folder.ts';
import { startTwinProcess, type TwinProcess } from '../twin/support/twin-process.ts';
import { runSchemathesis, type SchemathesisRun } from './run-schemathesis.ts';

/** For how long requests are made up, all doors together. By hand: FUZZ_SECONDS=1800. */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 120);
const DOORS = ['eu-west-1', 'eu-central-1', 'the global endpoint'] as const;
const SECONDS_EACH = Math.max(20, Math.floor(SECONDS / DOORS.length));
const LIMIT_MS = SECONDS_EACH * 1_000 + 120_000;
/** Reports are kept where continuous integration looks for them. */
const REPORTS = process.env.ARTIFACTS ?? join(import.meta.dirname, '../../artifacts');

/** What is looked at of the document: answers by status, of each method of a path. */
type OperationsOfPath = Record<string, { responses: Record<string, unknown> }>;

const noPython = await whyNoPython();
if (noPython !== null) process.stderr.write(`\n*** SKIPPED: the contract is not fuzzed, ${noPython} ***\n\n`);

let python: string;
let shop: DefinitionFolder;
let twin: TwinProcess;
let operator: SchemathesisRun['operator'];

describe.skipIf(noPython !== null)('requests made up from /openapi.json', () => {
  beforeAll(async () => {
    shop = await copyShop();
    await assembleTwin(await loadProject(shop.path), 'main', { changes: LOAD_CHANGES });
    [python, twin] = await Promise.all([
      pythonEnvironment(join(import.meta.dirname, 'requirements.txt')),
      startTwinProcess({ cwd: shop.path, args: ['--no-watch'] }),
    ]);
    operator = JSON.parse(await readFile(join(twin.dataDir, 'credentials.json'), 'utf8'));
  }, 400_000);

  afterAll(async () => {
    await twin?.end();
    await shop?.remove();
  });

  test.each(DOORS)(
    'are answered by %s as the document says',
    async (door) => {
      const before = await processesOf(twin);
      const result = await runSchemathesis(runOf(door));
      expect(result.isKept, result.output).toBe(true);
      expect(result.cases).toBeGreaterThan(0);
      expect(await processesOf(twin)).toEqual(before);
      process.stderr.write(`\n${door}: ${result.cases} requests made up in ${SECONDS_EACH} s\n`);
    },
    LIMIT_MS,
  );

  // Without this, a document that is not read and a check that is not made would look the same as an API that is right.
  test(
    'are found to be answered otherwise by a document that leaves an answer out',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'fuzz-document-'));
      try {
        const document = join(folder, 'openapi.json');
        const response = await fetch(`${twin.region('eu-west-1').api}/openapi.json`);
        const written = (await response.json()) as { paths: Record<string, OperationsOfPath> };
        const responses = written.paths['/items/{pk}/{sk}']?.get?.responses;
        expect(responses).toHaveProperty('404');
        delete responses?.['404'];
        await writeFile(document, JSON.stringify(written));
        // It ends with the first failure; the time is for a busy machine.
        const options = ['--include-operation-id', 'getItem', '--max-failures', '1'];
        const run = { ...runOf('eu-west-1'), document, options, seconds: 60, folder: join(folder, 'run') };
        const result = await runSchemathesis(run);
        expect(result.isKept).toBe(false);
        expect(result.output).toContain('Undocumented status code');
        expect((await readdir(join(run.folder, 'reports'))).some((name) => name.endsWith('.xml'))).toBe(true);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    LIMIT_MS,
  );
});

function runOf(door: (typeof DOORS)[number]): SchemathesisRun {
  const regions = twin.ready.regions.map(({ region }) => region);
  const isGlobal = door === 'the global endpoint';
  // The global name leads to the primary while it is well: only its own requests for operators are let in.
  const region = isGlobal ? 'eu-west-1' : door;
  return {
    python,
    url: isGlobal ? (twin.ready.global ?? '') : twin.region(region).api,
    seconds: SECONDS_EACH,
    folder: join(REPORTS, 'fuzzing', door.replaceAll(' ', '-')),
    operator,
    region,
    regions,
  };
}

async function processesOf({ state }: TwinProcess): Promise<unknown> {
  const { regions } = await state();
  return regions.map(({ region, pids, status }) => ({ region, pids, status }));
}
