import { readFile } from 'node:fs/promises';
import { CommandError } from '@gsp/cli-kit';
import { z } from 'zod';
import { expectedInstallScripts, type LockReason, missingIntegrity } from './lock-reasons.ts';
import { GATE_FAILED } from './run-gates.ts';

/** What is looked at in a lock file of npm, lockfileVersion 3. @see https://docs.npmjs.com/cli/configuring-npm/package-lock-json */
const lockSchema = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      inBundle: z.boolean().optional(),
      bundleDependencies: z.union([z.boolean(), z.array(z.string())]).optional(),
      link: z.boolean().optional(),
      workspaces: z.array(z.string()).optional(),
      hasInstallScript: z.boolean().optional(),
      dependencies: z.record(z.string(), z.string()).optional(),
      devDependencies: z.record(z.string(), z.string()).optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

type LockedPackage = z.output<typeof lockSchema>['packages'][string];

/** What is accepted in a lock file, each with its reason. */
export interface AcceptedInLock {
  readonly missingIntegrity: readonly LockReason[];
  readonly installScripts: readonly LockReason[];
}

const ACCEPTED: AcceptedInLock = { missingIntegrity, installScripts: expectedInstallScripts };

/** Ways to name something that is not in a registry: Git, an address, a folder, a repository of a known host. */
const ELSEWHERE =
  /^(git|https?|file|link|github|gitlab|bitbucket|gist)[+:]|^[\w.-]+\/[\w.-]+(#|$)|\.git(#|$)/;

/** What a hash must be: SHA-512, Base64, 64 bytes. @see https://www.w3.org/TR/SRI/ */
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/;

/**
 * Looks whether every package of the lock file at `path` comes from a registry with a hash, from no host in particular, and
 * whether those that run something when they are installed are known.
 *
 * @throws {CommandError} {@link GATE_FAILED} with everything that is wrong, each with its remedy
 */
export async function checkLockProvenance(path: string): Promise<void> {
  const issues = lockIssues(await readFile(path, 'utf8'));
  if (issues.length === 0) return;
  throw new CommandError(
    `Cannot trust ${path}: ${issues.length} of its entries are not what is needed.\n${issues.map((issue) => `  ${issue}`).join('\n')}`,
    { code: GATE_FAILED },
  );
}

/** What is wrong with a lock file, a sentence for each issue and each reason that nothing needs any more. */
export function lockIssues(text: string, accepted: AcceptedInLock = ACCEPTED): string[] {
  const parsed = lockSchema.safeParse(parseJson(text));
  if (!parsed.success)
    return ['it is not a lock file of npm with lockfileVersion 3. Run npm install with npm 11'];
  const packages = packagesIn(parsed.data.packages);
  const issues = packages.flatMap(([path, locked]) => issuesOf(path, locked, accepted));
  const missing = packages.filter(([path, locked]) => lacksIntegrity(path, locked));
  const running = packages.filter(([, { hasInstallScript = false }]) => hasInstallScript);
  return [
    ...issues,
    ...unused(accepted.missingIntegrity, missing, 'missing integrity'),
    ...unused(accepted.installScripts, running, 'install scripts'),
  ];
}

/**
 * Every package but the links to this repository's own. Those the lock file lists by their folders, too: without a hash,
 * as they come from nowhere. `inBundle` is what the lock file shows of it, not what an entry says of itself.
 */
function packagesIn(all: Readonly<Record<string, LockedPackage>>): [string, LockedPackage][] {
  const workspaces = all['']?.workspaces ?? [];
  const isOwn = (path = '') =>
    Object.hasOwn(all, path) && workspaces.some((pattern) => isLike(path, { path: pattern }));
  return Object.entries(all)
    .filter(([, { link = false, resolved }]) => !(link && isOwn(resolved)))
    .map(([path, locked]) => [path, { ...locked, inBundle: isOwn(path) || isBundled(path, all) }]);
}

/** Whether a package lies in the folder of one that has a hash and bundles others: that hash is theirs, too. */
function isBundled(path: string, all: Readonly<Record<string, LockedPackage>>): boolean {
  const holderPath = path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/')));
  const holder = all[holderPath];
  if (holderPath === '' || holder === undefined || all[path]?.inBundle !== true) return false;
  if (holder.inBundle === true) return isBundled(holderPath, all);
  const { integrity, bundleDependencies: bundled = false } = holder;
  return integrity !== undefined && (Array.isArray(bundled) ? bundled.length > 0 : bundled);
}

function issuesOf(path: string, locked: LockedPackage, accepted: AcceptedInLock): string[] {
  const issues: string[] = [];
  const issue = (what: string, remedy: string) =>
    issues.push(`${path || 'package.json'}: ${what}. ${remedy}`);
  const { resolved, integrity, hasInstallScript = false, link = false } = locked;
  if (resolved !== undefined || link)
    issue(
      link ? 'is a link' : `is resolved to ${resolved}`,
      'Keep omit-lockfile-registry-resolved=true in .npmrc, and take packages of a registry only',
    );
  if (integrity !== undefined && !INTEGRITY.test(integrity))
    issue(`has the integrity ${integrity}, SHA-512 is needed`, 'Remove the entry and run npm install');
  if (lacksIntegrity(path, locked) && !isListed(path, accepted.missingIntegrity))
    issue('has no integrity', 'Run npm install, or say in lock-reasons.ts why it has none');
  if (hasInstallScript && !isListed(path, accepted.installScripts))
    issue('runs a script when installed', 'Read the script, then say in lock-reasons.ts what it does');
  for (const [name, range] of rangesOf(locked))
    if (ELSEWHERE.test(range))
      issue(`depends on ${name} at ${range}, which is no registry`, 'Take a published version');
  return issues;
}

function rangesOf({
  dependencies,
  devDependencies,
  optionalDependencies,
}: LockedPackage): [string, string][] {
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
}

/** What is bundled in another package has that one's hash, and the root has none. */
function lacksIntegrity(path: string, { integrity, inBundle = false, link = false }: LockedPackage): boolean {
  return path !== '' && integrity === undefined && !inBundle && !link;
}

function isListed(path: string, reasons: readonly LockReason[]): boolean {
  return reasons.some((reason) => isLike(path, reason));
}

function isLike(path: string, reason: Pick<LockReason, 'path'>): boolean {
  const [head = '', tail] = reason.path.split('*');
  if (tail === undefined) return path === head;
  return path.startsWith(head) && path.endsWith(tail) && !path.slice(head.length).includes('/');
}

function unused(
  reasons: readonly LockReason[],
  packages: readonly (readonly [string, LockedPackage])[],
  list: string,
): string[] {
  return reasons
    .filter((reason) => !packages.some(([path]) => isLike(path, reason)))
    .map(({ path }) => `${path}: nothing needs its entry under ${list}. Remove it from lock-reasons.ts`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
