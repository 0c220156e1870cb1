/** What a revision may look like: a Git commit, a tag, or one of these with a suffix. */
const REVISION = /^[\w][\w./-]{0,63}$/;

/**
 * The revision of the definition that is being deployed, as whoever deploys says in `PLATFORM_REVISION`; Amplify
 * Hosting says the commit that it builds in `AWS_COMMIT_ID`. `undefined` where nobody says, as in a sandbox or the
 * local twin.
 *
 * It is put out by the stack and answered by the function that is probed, so that what runs can be told from what
 * should, and a rollback knows where to go back to.
 *
 * @see https://docs.aws.amazon.com/amplify/latest/userguide/environment-variables.html
 * @throws {Error} where it is not made of 1 to 64 letters, digits, `.`, `_`, `-` or `/`
 */
export function revisionOf(variables: Readonly<Record<string, string | undefined>>): string | undefined {
  const revision = variables.PLATFORM_REVISION || variables.AWS_COMMIT_ID;
  if (revision === undefined || revision === '') return undefined;
  if (REVISION.test(revision)) return revision;
  throw new Error(
    `Cannot tell the revision: PLATFORM_REVISION is ${JSON.stringify(revision.slice(0, 80))}, 1 to 64 letters, digits, '.', '_', '-' or '/' are needed. Take the commit, as npm run deploy does, or leave it out`,
  );
}
