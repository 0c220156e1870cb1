import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { testProject } from '../../../test/project/test-project.ts';
import { SynthesisError } from '../src/synthesis/synthesis-error.ts';
import { type SynthesizeOptions, synthesize } from '../src/synthesis/synthesize.ts';

const ROOT_DIR = fileURLToPath(new URL('../../../', import.meta.url));
const REGIONS = ['eu-west-1', 'eu-central-1'];
const backend = { type: 'standalone', namespace: 'd123', name: 'main' } as const;

/** A definition that writes what it was told into its assembly, as quickly as Node.js starts. */
const ECHO = `
  import { writeFileSync } from 'node:fs';
  const { CDK_OUTDIR, CDK_CONTEXT_JSON, CDK_DEFAULT_REGION, AWS_REGION, CDK_DEFAULT_ACCOUNT } = process.env;
  process.once('message', (message: string) => {
    if (message !== 'amplifySynth') return;
    const told = { context: JSON.parse(CDK_CONTEXT_JSON ?? ''), CDK_DEFAULT_REGION, AWS_REGION, CDK_DEFAULT_ACCOUNT };
    writeFileSync(CDK_OUTDIR + '/manifest.json', JSON.stringify(told));
  });
`;

let dir: string;
let cacheDir: string;

beforeEach(async () => {
  // Inside of the repository, where a definition finds its packages.
  await mkdir(join(ROOT_DIR, '.amplify'), { recursive: true });
  dir = await mkdtemp(join(ROOT_DIR, '.amplify/synthesize-test-'));
  cacheDir = join(dir, 'cache');
});

afterEach(() => {
  vi.unstubAllEnvs();
  return rm(dir, { recursive: true, force: true });
});

describe('synthesize', () => {
  test('synthesize() tells each Region who it is and returns them in order', async () => {
    vi.stubEnv('CDK_DEFAULT_ACCOUNT', '123456789012');
    const made = await run(ECHO);
    expect(made.map(({ region, fromCache }) => [region, fromCache])).toEqual(
      REGIONS.map((region) => [region, false]),
    );
    for (const { region, assemblyDir } of made) {
      const told = await readJson(join(assemblyDir, 'manifest.json'));
      expect(told).toMatchObject({ CDK_DEFAULT_REGION: region, AWS_REGION: region });
      expect(told, 'an account would make the templates differ by machine').not.toHaveProperty(
        'CDK_DEFAULT_ACCOUNT',
      );
      expect(told).toMatchObject({
        context: {
          'amplify-backend-type': 'standalone',
          'amplify-backend-namespace': 'd123',
          'amplify-backend-name': 'main',
        },
      });
    }
  });

  test('synthesize() finds the assemblies in the cache when nothing has changed', async () => {
    const progress: string[] = [];
    const first = await run(ECHO);
    const again = await run(ECHO, { onProgress: ({ region, state }) => progress.push(`${region} ${state}`) });
    expect(again).toEqual(first.map((made) => ({ ...made, fromCache: true })));
    expect(progress.sort()).toEqual(['eu-central-1 cached', 'eu-west-1 cached']);
  });

  test('synthesize() makes new assemblies when the definition or the backend changes', async () => {
    const [first] = await run(ECHO);
    const [changed] = await run(`${ECHO}// changed`);
    const [renamed] = await run(ECHO, { backend: { ...backend, name: 'dev' } });
    const dirs = [first, changed, renamed].map((made) => made?.assemblyDir);
    expect(new Set(dirs).size).toBe(3);
    expect([changed, renamed].map((made) => made?.fromCache)).toEqual([false, false]);
  });

  test('synthesize() makes one whole assembly of each Region when two run at once', async () => {
    const [one, other] = await Promise.all([run(ECHO), run(ECHO)]);
    expect(one.map(({ assemblyDir }) => assemblyDir)).toEqual(other.map(({ assemblyDir }) => assemblyDir));
    expect(await cached()).toHaveLength(2);
  });

  test('synthesize() starts again when a file changes meanwhile', async () => {
    const handler = join(dir, 'backend.ts');
    const changing = `
      import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
      if (!existsSync('${dir}/changed')) {
        writeFileSync('${dir}/changed', '');
        appendFileSync('${handler}', '// changed while it is read');
      }
      ${ECHO.replace("import { writeFileSync } from 'node:fs';", '')}
    `;
    const states: string[] = [];
    const [made] = await run(changing, {
      regions: ['eu-west-1'],
      onProgress: ({ state }) => states.push(state),
    });
    expect(states).toEqual(['begun', 'begun', 'done']);
    expect(await cached()).toEqual([made?.assemblyDir.split('/').at(-1)]);
  });

  test('synthesize() gives up when files do not stop changing', async () => {
    const changing = `
      import { appendFileSync } from 'node:fs';
      appendFileSync('${join(dir, 'backend.ts')}', '//');
    `;
    const error = await failure(changing, { regions: ['eu-west-1'] });
    expect(error.message).toContain('its files changed during each of 3 attempts. Try again');
    expect(await cached()).toEqual([]);
  });

  test('synthesize() copies the assemblies when it is given a folder', async () => {
    const outDir = join(dir, 'out');
    await run(ECHO, { outDir });
    const made = await run(ECHO, { outDir });
    expect(made.map(({ assemblyDir }) => assemblyDir)).toEqual(REGIONS.map((region) => join(outDir, region)));
    expect(await readdir(outDir)).toEqual([...REGIONS].sort());
    await access(join(outDir, 'eu-west-1', 'manifest.json'));
  });

  test('synthesize() says where a definition threw, once for all Regions, and caches nothing', async () => {
    const error = await failure(
      "const table = undefined;\n\nthrow new Error('Cannot make ' + String(table));",
    );
    expect(error).toMatchObject({ code: 'definition', regions: REGIONS });
    expect(error.message).toMatch(
      /^Cannot synthesize amplify\/backend\.ts for eu-west-1 and eu-central-1: Cannot make undefined \(\.amplify\/synthesize-test-\w+\/backend\.ts:3:7\)$/,
    );
    expect(await cached()).toEqual([]);
  });

  test('synthesize() lists the faults and no stack when the topology is wrong', async () => {
    const error = await failure(`
      import { defineTopology } from '${ROOT_DIR}packages/platform/src/topology/define-topology.ts';
      defineTopology({ project: 'X', regions: ['eu-west-1', 'mars'] });
    `);
    expect(error.message).toContain('Cannot use the topology: 2 faults\n  - project: given');
    expect(error.message).toContain("regions[1]: given 'mars', allowed");
    expect(error.message).not.toMatch(/\bat .*:\d+:\d+/);
  });

  test('synthesize() says which Region is at fault when only one is', async () => {
    const error = await failure(
      `if (process.env.AWS_REGION === 'eu-central-1') throw new Error('not here');\n${ECHO}`,
    );
    expect(error.regions).toEqual(['eu-central-1']);
    expect(error.message).toContain('for eu-central-1: not here');
  });

  test.each([
    ['a syntax error', 'const = 1;', /backend\.ts:1:6: ERROR: Expected identifier/],
    [
      'an import that does not exist',
      "import './gone.ts';",
      /Cannot find module '.*gone\.ts' imported from .*backend\.ts/,
    ],
  ])('synthesize() names the file when a definition has %s', async (_, source, words) => {
    expect((await failure(source)).message).toMatch(words);
  });

  test('synthesize() names file and line of a handler when it cannot be bundled', async () => {
    await writeFile(
      join(dir, 'handler.ts'),
      "import { nothing } from './gone.ts';\nexport const handler = nothing;\n",
    );
    const error = await failure(
      "import { defineBackend, defineFunction } from '@aws-amplify/backend';\n" +
        "defineBackend({ broken: defineFunction({ name: 'broken', entry: './handler.ts', runtime: 24 }) });",
    );
    expect(error).toMatchObject({ code: 'definition' });
    expect(error.message).toMatch(/handler\.ts:1:24: Could not resolve "\.\/gone\.ts"$/);
  });

  test('synthesize() gives up when a definition does not end in time', async () => {
    const error = await failure(hanging(), { timeoutMs: 3_000, regions: ['eu-west-1'] });
    expect(error).toMatchObject({ code: 'timeout' });
    expect(error.message).toContain('it did not end within 3000 ms. Look for a wait in amplify/');
    await expectGone();
    expect(await cached()).toEqual([]);
  });

  test('synthesize() throws the reason and leaves nothing running when it is aborted', async () => {
    const stop = new AbortController();
    const running = run(hanging(), { signal: stop.signal, regions: ['eu-west-1'] });
    const reason = new Error('no longer wanted');
    void vi.waitFor(() => access(join(dir, 'pid')), { timeout: 20_000 }).then(() => stop.abort(reason));
    await expect(running).rejects.toBe(reason);
    await expectGone();
    expect(await cached()).toEqual([]);
  });

  test('synthesize() repeats the last words of a definition when its process dies', async () => {
    const error = await failure(
      "process.stderr.write('out of paper\\n', () => process.exit(7));\nawait new Promise(() => {});",
    );
    expect(error).toMatchObject({ code: 'process' });
    expect(error.message).toContain(
      'its process ended with 7 before it was done. It wrote last:\nout of paper',
    );
  });

  test('synthesize() starts at once when the real definition has not changed', async () => {
    const options = {
      rootDir: await testProject(),
      // The one that tests of the definition look at as well.
      regions: ['eu-central-1'],
      backend: { type: 'sandbox', namespace: 'd123', name: 'ann' },
    } as const;
    await synthesize(options);
    const startedAt = performance.now();
    const [again] = await synthesize(options);
    expect(again?.fromCache).toBe(true);
    // Takes about 60 ms, and synthesis a hundred times that; the bound leaves room for a busy machine.
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect(await readJson(join(again?.assemblyDir ?? '', 'manifest.json'))).toHaveProperty('artifacts');
  });
});

async function run(source: string, options: Partial<SynthesizeOptions> = {}) {
  const file = join(dir, 'backend.ts');
  await writeFile(file, source);
  return synthesize({
    rootDir: ROOT_DIR,
    regions: REGIONS,
    backend,
    cacheDir,
    definition: pathToFileURL(file).href,
    ...options,
  });
}

async function failure(source: string, options: Partial<SynthesizeOptions> = {}): Promise<SynthesisError> {
  const error = await run(source, options).then(
    () => new Error('it was synthesized'),
    (reason: unknown) => reason,
  );
  if (error instanceof SynthesisError) return error;
  throw error;
}

/** A definition that never ends and says which process it is. */
function hanging(): string {
  return `
    import { writeFileSync } from 'node:fs';
    writeFileSync('${join(dir, 'pid')}', String(process.pid));
    setInterval(() => {}, 1_000);
    await new Promise(() => {});
  `;
}

async function expectGone(): Promise<void> {
  const pid = Number(await readFile(join(dir, 'pid'), 'utf8'));
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 5_000 });
}

/** Entries of the cache that are assemblies, finished or not. */
async function cached(): Promise<string[]> {
  return (await readdir(cacheDir)).filter((name) => /^([0-9a-f]{32}$|unfinished)/.test(name));
}

async function readJson(file: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(file, 'utf8'));
}
