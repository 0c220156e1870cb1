import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Definitions } from '@gsp/platform/contract';

/** What a project defines, by the names of its exports. Other exports are passed over: the synthesis refuses them. */
export async function loadDefinitions(rootDir: string): Promise<Required<Definitions>> {
  const [entities, routes] = await Promise.all([
    exportsOf(rootDir, { folder: 'entities', kind: 'entity' }),
    exportsOf(rootDir, { folder: 'routes', kind: 'route' }),
  ]);
  return { entities, routes } as Required<Definitions>;
}

/** What a project defines; nothing where that cannot be loaded, which whoever asks about definitions is told of. */
export function definitionsOf(rootDir: string): Promise<Definitions> {
  return loadDefinitions(rootDir).catch(() => ({}));
}

async function exportsOf(
  rootDir: string,
  { folder, kind }: { readonly folder: string; readonly kind: string },
): Promise<Readonly<Record<string, unknown>>> {
  const file = join(rootDir, 'amplify', folder, 'index.ts');
  const exported: object = existsSync(file) ? await import(pathToFileURL(file).href) : {};
  const isOfKind = (value: unknown) =>
    typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
  return Object.fromEntries(Object.entries(exported).filter(([, value]) => isOfKind(value)));
}
