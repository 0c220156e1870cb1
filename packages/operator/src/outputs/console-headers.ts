import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '@gsp/cli-kit';
import { globalName, listedStages, resolveStage, type Topology } from '@gsp/platform/topology';
import type { Project } from '../project.ts';

/** Headers of the console where Amplify Hosting serves it, in the project's folder; a project without a console has none. */
const HEADERS_FILE = 'customHttp.yml';

/**
 * Whom the console of any stage asks, as sources of a content security policy: the API of each region as AWS names it, or with a
 * domain the global name and those below it, which are the regions' and the edge's.
 *
 * @see https://www.w3.org/TR/CSP3/#match-hosts
 */
export function connectSources(topology: Topology): string[] {
  const sources = listedStages(topology).flatMap((backendName) => {
    const { domain, regions } = resolveStage(topology, {
      backendType: 'standalone',
      backendName,
      region: topology.regions[0],
    });
    if (domain?.hostedZoneId == null)
      return regions.map((region) => `https://*.execute-api.${region}.amazonaws.com`);
    const name = globalName(domain.zoneName);
    return [`https://${name}`, `https://*.${name}`];
  });
  return [...new Set(sources)];
}

/**
 * The headers of the console as the topology wants them, beside what is there.
 *
 * @returns null where the project has none
 * @throws {CommandError} where they do not say whom the page may ask
 */
export async function renderHeaders({
  rootDir,
  topology,
}: Project): Promise<{ readonly is: string; readonly should: string } | null> {
  const is = await readFile(join(rootDir, HEADERS_FILE), 'utf8').catch(() => null);
  if (is === null) return null;
  const directive = /connect-src 'self'[^;"]*(?=[;"])/g;
  if (is.match(directive)?.length === 1)
    return {
      is,
      should: is.replace(directive, ["connect-src 'self'", ...connectSources(topology)].join(' ')),
    };
  throw new CommandError(
    `Cannot read ${HEADERS_FILE}: it does not say once whom the console may ask, it has to. Put "connect-src 'self'" into its Content-Security-Policy.`,
  );
}

/** @throws {CommandError} when the console may not ask what it asks, or may ask others */
export async function requireCurrentHeaders(project: Project): Promise<void> {
  const headers = await renderHeaders(project);
  if (headers === null || headers.is === headers.should) return;
  throw new CommandError(
    `Cannot accept ${HEADERS_FILE}: connect-src is not whom the console asks, it must be current. Run: npm run outputs`,
  );
}

/** Brings the committed file up to date. @returns its name where it changed */
export async function writeHeaders(project: Project): Promise<string | null> {
  const headers = await renderHeaders(project);
  if (headers === null || headers.is === headers.should) return null;
  await writeFile(join(project.rootDir, HEADERS_FILE), headers.should);
  return HEADERS_FILE;
}
