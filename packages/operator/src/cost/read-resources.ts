import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord, isTemplate, type TemplateResource } from '@gsp/twin';

/** A resource, and the Region that it will be in. */
export interface PlacedResource {
  readonly region: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Places what a template has. */
export function placeResources(resources: Iterable<TemplateResource>, region: string): PlacedResource[] {
  return [...resources].map(({ Type: type, Properties: properties = {} }) => ({ region, type, properties }));
}

/**
 * Reads every template of a cloud assembly: each root stack, and those nested in it. A root stack that says its Region
 * is there, as one in us-east-1 for CloudFront; all others, and nested stacks, are in the Region of the assembly.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/deploy.html - the cloud assembly
 */
export async function readResources(assemblyDir: string, region: string): Promise<PlacedResource[]> {
  const json = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(assemblyDir, name), 'utf8'));
  const elsewhere = regionsByTemplate(await json('manifest.json'));
  const files = (await readdir(assemblyDir)).filter((name) => name.endsWith('.template.json'));
  const read = await Promise.all(
    files.sort().map(async (name) => {
      const template = await json(name);
      const place = elsewhere.get(name) ?? region;
      return isTemplate(template) ? placeResources(Object.values(template.Resources), place) : [];
    }),
  );
  return read.flat();
}

/** Regions of those root stacks that name theirs, as `aws://123456789012/us-east-1`, by the file of their template. */
function regionsByTemplate(manifest: unknown): Map<string, string> {
  const artifacts = isRecord(manifest) && isRecord(manifest.artifacts) ? manifest.artifacts : {};
  const found = new Map<string, string>();
  for (const artifact of Object.values(artifacts)) {
    if (!isRecord(artifact) || !isRecord(artifact.properties)) continue;
    const [, region] = /^aws:\/\/[^/]+\/(.+)$/.exec(String(artifact.environment)) ?? [];
    if (region === undefined || region === 'unknown-region') continue;
    found.set(String(artifact.properties.templateFile), region);
  }
  return found;
}
