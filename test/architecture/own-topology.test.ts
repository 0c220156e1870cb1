// Goal: a team changes amplify/ without a test that fails for a name. Method: whatever reaches the committed definition is
// looked for in the text of every test; test/project/renamed.test.ts runs what may in a repository of other names.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { asCommitted } from '../project/as-committed.ts';

const ROOT = join(import.meta.dirname, '../..');

/** By import, by reading, by a command's way of finding the project, or by a twin of it. */
const REACHES = [
  /from '(\.\.\/)+(amplify\/|amplify_outputs)/,
  /import\('(\.\.\/)+amplify\//,
  /readFile(Sync)?\(\s*(new URL\()?'[./]*amplify(_outputs\.json|\/)/,
  /(?<!')\b(loadProject|findProjectDir)\(\)/,
  /isAsCommitted: true/,
];

/** Names that tests have of what they find there: they are no test. */
const SUPPORT = ['test/architecture/own-topology.test.ts', 'test/twin/support/synthesize-once.ts'];

const { stdout } = await promisify(execFile)('git', ['ls-files', 'test', 'packages/*/test/*'], { cwd: ROOT });
const files = stdout.split('\n').filter((file) => /\.tsx?$/.test(file) && !SUPPORT.includes(file));

test('only the tests that say so are about the definition as committed', async () => {
  const reaching: string[] = [];
  for (const file of files) {
    const text = await readFile(join(ROOT, file), 'utf8').catch(() => '');
    if (REACHES.some((pattern) => pattern.test(text))) reaching.push(file);
  }
  expect(reaching.sort(), 'give the others testProject() of test/project').toEqual([...asCommitted].sort());
});
