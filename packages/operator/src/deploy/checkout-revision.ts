import { dirtyRevision } from '../cloud/deployment-record.ts';
import { DeployError } from './deploy-error.ts';
import { runGit } from './run-git.ts';

const NAMED_FILES_MAX = 5;

/**
 * The revision of a checkout, by which a deployment is known and to which a rollback goes.
 *
 * @throws {DeployError} where there are changes that no commit holds, unless `allowDirty`: then the revision says so
 */
export async function checkoutRevision(
  cwd: string,
  { allowDirty, signal }: { readonly allowDirty: boolean; readonly signal: AbortSignal },
): Promise<string> {
  const commit = await runGit(['rev-parse', '--verify', 'HEAD'], { cwd, signal });
  const changed = (await runGit(['status', '--porcelain'], { cwd, signal })).split('\n').filter(Boolean);
  if (changed.length === 0) return commit;
  if (allowDirty) return dirtyRevision(commit);
  const names = changed.slice(0, NAMED_FILES_MAX).map((line) => line.slice(3));
  const more = changed.length > names.length ? ` and ${changed.length - names.length} more` : '';
  throw new DeployError(
    `Cannot deploy this checkout: ${names.join(', ')}${more} differ from the last commit, a clean tree is needed, as a rollback brings commits back. ` +
      'Commit or stash them; or say --allow-dirty, and nothing can come back to what you deploy.',
  );
}
