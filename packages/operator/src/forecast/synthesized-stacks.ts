import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from '@gsp/twin';
import { nestedStackType, parseTemplate, type StackTree } from './stack-tree.ts';

/** A root stack of a cloud assembly. */
export interface SynthesizedStack {
  /** As the template names it; where it names none, the deployment does. */
  readonly stackName: string | undefined;
  /** Where it says it is to be. @default - the region of the assembly */
  readonly region: string | undefined;
  readonly tree: StackTree;
}

/**
 * The root stacks of a cloud assembly, with what is nested in each.
 *
 * @throws what reading throws: the assembly is our own
 */
export async function readSynthesizedStacks(assemblyDir: string): Promise<readonly SynthesizedStack[]> {
  const manifest: unknown = JSON.parse(await readFile(join(assemblyDir, 'manifest.json'), 'utf8'));
  const artifacts =
    isRecord(manifest) && isRecord(manifest.artifacts) ? Object.values(manifest.artifacts) : [];
  const roots = artifacts.filter(isRecord).filter(({ type }) => type === 'aws:cloudformation:stack');
  const assets = await readAssets(assemblyDir);
  return Promise.all(
    roots.map(async ({ environment, properties }) => {
      const { stackName, templateFile } = isRecord(properties) ? properties : {};
      const [, region] = /^aws:\/\/[^/]+\/(.+)$/.exec(String(environment)) ?? [];
      return {
        stackName: typeof stackName === 'string' ? stackName : undefined,
        region: region === 'unknown-region' ? undefined : region,
        tree: await readTree(assemblyDir, String(templateFile), assets),
      };
    }),
  );
}

async function readTree(dir: string, file: string, assets: Assets): Promise<StackTree> {
  const template = parseTemplate(await readFile(join(dir, file), 'utf8'));
  if (template === undefined) throw new Error(`Cannot read ${join(dir, file)}: it is not a template in JSON`);
  const nested = new Map<string, StackTree>();
  for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type !== nestedStackType) continue;
    const [, hash = ''] = /([0-9a-f]{64})\.json/.exec(JSON.stringify(Properties?.TemplateURL)) ?? [];
    const child = assets.get(hash);
    if (child !== undefined) nested.set(logicalId, await readTree(dir, child, assets));
  }
  return { template, nested };
}

/** Files of an assembly by the hash that they are uploaded as: nested stacks name their templates by it. */
type Assets = ReadonlyMap<string, string>;

async function readAssets(dir: string): Promise<Assets> {
  const lists = (await readdir(dir)).filter((name) => name.endsWith('.assets.json'));
  const read = await Promise.all(
    lists.map(async (name) => JSON.parse(await readFile(join(dir, name), 'utf8'))),
  );
  return new Map(
    read.flatMap(({ files }) =>
      Object.entries(isRecord(files) ? files : {}).flatMap(([hash, file]): [string, string][] => {
        const { path } = Object((file as { source?: unknown }).source);
        return typeof path === 'string' ? [[hash, path]] : [];
      }),
    ),
  );
}
