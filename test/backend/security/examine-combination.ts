import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TemplateJson } from '../../../packages/platform/test/infra/template-queries.ts';
import { besidePackages, copyDefinition } from '../definition-copy.ts';
import type { SynthesizedBackend } from '../synthesized-backend.ts';
import { examineDefinition } from './examiner.ts';
import type { CheckResult } from './finding-log.ts';
import type { Combination } from './flag-matrix.ts';

/** What a combination synthesizes to in one Region, and what cdk-nag has against it. */
export interface ExaminedBackend extends SynthesizedBackend {
  readonly findings: readonly CheckResult[];
  /** The stack in us-east-1; undefined where this Region makes none. */
  readonly edge: TemplateJson | undefined;
}

/** Synthesizes stage `main` of the combination in each of its Regions and has it examined. */
export function examineCombination(combination: Combination): Promise<ExaminedBackend[]> {
  return besidePackages((dir) =>
    Promise.all(
      combination.regions.map((region) => examine(combination, { region, dir: join(dir, region) })),
    ),
  );
}

async function examine(
  { changes, topology }: Combination,
  { region, dir }: { readonly region: string; readonly dir: string },
): Promise<ExaminedBackend> {
  const definition = await copyDefinition(dir, topology);
  const outDir = await examineDefinition({ definition, region, dir, name: 'main', changes });
  return readExamined(region, outDir);
}

async function readExamined(region: string, dir: string): Promise<ExaminedBackend> {
  const json = async (name: string) => JSON.parse(await readFile(join(dir, name), 'utf8'));
  const names = (await readdir(dir)).filter((name) => name.endsWith('.template.json'));
  const [nested, ...others] = names.filter((name) => name.endsWith('.nested.template.json'));
  const whole = names.find((name) => name.startsWith('amplify-') && !name.endsWith('.nested.template.json'));
  const beside = async (name: string): Promise<TemplateJson | undefined> =>
    names.includes(name) ? json(name) : undefined;
  if (nested === undefined || whole === undefined || others.length > 0)
    throw new Error(
      `${names.length} templates, one of Amplify's and one of ours expected: ${names.join(', ')}`,
    );
  const root: TemplateJson = await json(whole);
  const platform: TemplateJson = await json(nested);
  const [table, edge] = [await beside('Table.template.json'), await beside('Edge.template.json')];
  const findings: CheckResult[] = await json('nag-findings.json');
  return { region, root, platform, table, edge, validationReport: undefined, findings };
}
