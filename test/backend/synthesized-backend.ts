import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadProject } from '@gsp/operator/project';
import { assembleTwin } from '@gsp/operator/start';
import { synthesize } from '@gsp/operator/synthesis';
import type { TopologyInput } from '@gsp/platform/topology';
import { resourcesOf, type TemplateJson } from '../../packages/platform/test/infra/template-queries.ts';
import { testProject } from '../project/test-project.ts';
import { besidePackages, copyDefinition } from './definition-copy.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { examineDefinition } from './security/examiner.ts';

/** What the definition synthesizes to for one Region. */
export interface SynthesizedBackend {
  readonly region: string;
  /** Amplify's own stack. */
  readonly root: TemplateJson;
  /** The nested stack with everything of ours that every Region has. */
  readonly platform: TemplateJson;
  /** The root stack of the table; undefined where another Region owns it. */
  readonly table: TemplateJson | undefined;
  /** `validation-report.json`; undefined where the templates were not validated. */
  readonly validationReport: { readonly pluginReports: readonly unknown[] } | undefined;
}

const ROOT_DIR = fileURLToPath(new URL('../../', import.meta.url));
const LOCK = join(ROOT_DIR, '.amplify/synthesis-of-tests.lock');

/** Synthesizes the project of tests through the step that everything else uses, cache included. */
export async function synthesizedBackend(
  type: 'branch' | 'sandbox',
  options: { name: string; regions: readonly string[]; validate: boolean },
): Promise<SynthesizedBackend[]> {
  const { name, ...others } = options;
  const backend = { type, namespace: 'd123', name };
  const made = await oneAtATime(LOCK, async () =>
    synthesize({ ...others, rootDir: await testProject(), backend }),
  );
  return Promise.all(made.map(({ region, assemblyDir }) => readAssembly(region, assemblyDir)));
}

/** What the twin of stage `main` runs: the definition with a domain, in the zone that no account has. */
export async function backendOfTwin(): Promise<SynthesizedBackend[]> {
  const { assemblies } = await oneAtATime(LOCK, async () =>
    assembleTwin(await loadProject(await testProject()), 'main'),
  );
  return Promise.all(assemblies.map(({ region, assemblyDir }) => readAssembly(region, assemblyDir)));
}

/**
 * Synthesizes what a user would get who writes `topology` into `amplify/topology.ts`. Functions are not bundled.
 */
export function synthesizedVariant(
  topology: TopologyInput,
  { name, regions }: { name: string; regions: readonly string[] },
): Promise<SynthesizedBackend[]> {
  return besidePackages((folder) =>
    Promise.all(
      regions.map(async (region) => {
        const dir = join(folder, region);
        const definition = await copyDefinition(dir, topology);
        return readAssembly(region, await examineDefinition({ definition, region, dir, name }));
      }),
    ),
  );
}

async function readAssembly(region: string, dir: string): Promise<SynthesizedBackend> {
  const names = await readdir(dir);
  const json = async (suffix: string) => {
    const found = names.filter((name) => name.endsWith(suffix));
    return Promise.all(found.map(async (name) => JSON.parse(await readFile(join(dir, name), 'utf8'))));
  };
  const nested: TemplateJson[] = await json('.nested.template.json');
  const templates: TemplateJson[] = await json('.template.json');
  const root = templates.find((template) => resourcesOf(template, 'AWS::CloudFormation::Stack').length > 0);
  if (root === undefined) throw new Error(`No root stack with nested ones in ${dir}`);
  const table = templates.find((template) => resourcesOf(template, 'AWS::DynamoDB::GlobalTable').length > 0);
  const [validationReport] = await json('validation-report.json');
  const [platform, ...others] = nested;
  if (platform === undefined || others.length > 0)
    throw new Error(`${nested.length} nested stacks, 1 expected`);
  return { region, root, platform, table, validationReport };
}
