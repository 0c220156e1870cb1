import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type SynthesizeOptions, synthesize } from '../../../../scripts/steps/synthesize.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import type { SynthesizedBackend, TemplateJson } from '../synthesized-backend.ts';
import type { Finding } from './finding-log.ts';
import type { Combination } from './flag-matrix.ts';

/** What a combination synthesizes to in one Region, and what cdk-nag has against it. */
export interface ExaminedBackend extends SynthesizedBackend {
  readonly findings: readonly Finding[];
}

const ROOT_DIR = fileURLToPath(new URL('../../../../', import.meta.url));
const HERE = 'test/amplify/infra/security';
const DEFINITION = `${HERE}/nag-definition.ts`;
const LOCK = join(ROOT_DIR, '.amplify/synthesis-of-tests.lock');

/** Synthesizes stage `main` of the combination in each of its Regions and has it examined; cached while nothing changes. */
export async function examineCombination(combination: Combination): Promise<ExaminedBackend[]> {
  const { regions, changes, topology } = combination;
  const options = { regions, backend: { type: 'branch', namespace: 'd123', name: 'main' } } as const;
  if (topology === undefined) {
    const definition = pathToFileURL(join(ROOT_DIR, DEFINITION)).href;
    return examine({ ...options, changes, definition });
  }
  const dir = await mkdtemp(join(ROOT_DIR, '.amplify/examined-'));
  try {
    for (const part of ['amplify', 'tsconfig.json', HERE])
      await cp(join(ROOT_DIR, part), join(dir, part), { recursive: true });
    await writeFile(
      join(dir, 'amplify/topology/topology.ts'),
      `import { defineTopology } from './define-topology.ts';
       export const topology = defineTopology(${JSON.stringify(topology)});`,
    );
    const definition = pathToFileURL(join(dir, DEFINITION)).href;
    return await examine({ ...options, definition, cacheDir: join(dir, 'cache') });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function examine(options: SynthesizeOptions): Promise<ExaminedBackend[]> {
  const made = await oneAtATime(LOCK, () => synthesize(options));
  return Promise.all(made.map(({ region, assemblyDir }) => readExamined(region, assemblyDir)));
}

async function readExamined(region: string, dir: string): Promise<ExaminedBackend> {
  const json = async (name: string) => JSON.parse(await readFile(join(dir, name), 'utf8'));
  const names = (await readdir(dir)).filter((name) => name.endsWith('.template.json'));
  const [nested, ...others] = names.filter((name) => name.endsWith('.nested.template.json'));
  const [whole] = names.filter((name) => !name.endsWith('.nested.template.json'));
  if (nested === undefined || whole === undefined || others.length > 0)
    throw new Error(
      `${names.length} templates, one of Amplify's and one of ours expected: ${names.join(', ')}`,
    );
  const root: TemplateJson = await json(whole);
  const platform: TemplateJson = await json(nested);
  const findings: Finding[] = await json('nag-findings.json');
  return { region, root, platform, validationReport: undefined, findings };
}
