// Goal: no package comes into the lock file from elsewhere, unhashed, or with a script that nobody has read. Method:
// each fault is planted alone in a lock file without any, and the committed one is looked at.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { lockIssues } from '../src/gates/lock-provenance.ts';

const integrity = `sha512-${'A'.repeat(86)}==`;
const nothing = { missingIntegrity: [], installScripts: [] };

function lockWith(packages: Record<string, object>): string {
  const sound = { version: '1.0.0', integrity };
  return JSON.stringify({
    lockfileVersion: 3,
    packages: { '': {}, 'node_modules/sound': sound, ...packages },
  });
}

test('lockIssues() finds none in the committed lock file', async () => {
  const path = fileURLToPath(new URL('../../../package-lock.json', import.meta.url));
  expect(lockIssues(await readFile(path, 'utf8'))).toEqual([]);
});

test('lockIssues() finds none where every package has a hash, or is bundled in one that has', () => {
  const within = (holder: object) => ({
    'node_modules/holder': holder,
    'node_modules/holder/node_modules/a': { inBundle: true },
    'node_modules/holder/node_modules/a/node_modules/b': { inBundle: true },
  });
  const issues = (holder: object) => lockIssues(lockWith(within(holder)), nothing);
  expect(issues({ integrity, bundleDependencies: ['a'] })).toEqual([]);
  expect(issues({ integrity, bundleDependencies: true })).toEqual([]);
  const unhashed = [
    expect.stringMatching(/a: has no integrity/),
    expect.stringMatching(/b: has no integrity/),
  ];
  expect(issues({ integrity })).toEqual(unhashed);
  expect(issues({ integrity, bundleDependencies: [] })).toEqual(unhashed);
  expect(issues({ bundleDependencies: ['a'] })).toEqual([
    expect.stringMatching(/holder: has no integrity/),
    ...unhashed,
  ]);
});

test('lockIssues() takes workspaces for what they are, and no link to any other folder', () => {
  const own = { '': { workspaces: ['packages/*'] }, 'packages/own': { version: '1.0.0' } };
  const link = (resolved: string) => ({ link: true, resolved });
  const sound = lockWith({ ...own, 'node_modules/@a/own': link('packages/own') });
  expect(lockIssues(sound, nothing)).toEqual([]);
  const planted = { 'node_modules/@a/own': link('packages/gone'), 'elsewhere/own': { version: '1.0.0' } };
  expect(lockIssues(lockWith({ ...own, ...planted }), nothing)).toEqual([
    expect.stringMatching(/^node_modules\/@a\/own: is a link/),
    expect.stringMatching(/^elsewhere\/own: has no integrity/),
  ]);
  const git = { 'packages/own': { dependencies: { a: 'git+ssh://git@example.com/a.git' } } };
  expect(lockIssues(lockWith({ ...own, ...git }), nothing)).toEqual([
    expect.stringMatching(/^packages\/own: depends on a/),
  ]);
});

test.each([
  ['no hash', { version: '1.0.0' }, /planted: has no integrity/],
  ['a bundle that is none', { version: '1.0.0', inBundle: true }, /planted: has no integrity/],
  ['a weak hash', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }, /has the integrity sha1-/],
  ['a host', { integrity, resolved: 'https://mirror.example.com/a.tgz' }, /is resolved to https:\/\/mirror/],
  ['a link to a folder', { link: true, resolved: '../a' }, /is a link/],
  ['a script', { integrity, hasInstallScript: true }, /runs a script when installed/],
  ['Git', { integrity, dependencies: { a: 'git+ssh://git@example.com/a.git' } }, /a at git\+ssh/],
  ['a repository', { integrity, dependencies: { a: 'someone/a#main' } }, /a at someone\/a#main/],
  ['a host of repositories', { integrity, optionalDependencies: { a: 'github:someone/a' } }, /a at github:/],
  ['an address', { integrity, devDependencies: { a: 'http://example.com/a.tgz' } }, /a at http:/],
])('lockIssues() names the package and the remedy when it has %s', (_, planted, what) => {
  const issues = lockIssues(lockWith({ 'node_modules/planted': planted }), nothing);
  expect(issues).toEqual([expect.stringMatching(what)]);
  expect(issues[0]).toMatch(/^node_modules\/planted: .+\. .+/);
});

test("lockIssues() looks at the root's own dependencies, too", () => {
  const issues = lockIssues(lockWith({ '': { dependencies: { a: 'https://example.com/a.tgz' } } }), nothing);
  expect(issues).toEqual([expect.stringMatching(/^package\.json: depends on a/)]);
});

test.each(['^1.2.3 || >=2', 'npm:typescript@5.8.3', '*', '', 'latest', '~6.0.3'])(
  'lockIssues() takes the range %j',
  (range) => {
    expect(
      lockIssues(lockWith({ 'node_modules/a': { integrity, dependencies: { b: range } } }), nothing),
    ).toEqual([]);
  },
);

test('lockIssues() accepts what a reason is given for, and names a reason that nothing needs', () => {
  const reasons = [{ path: 'node_modules/@a/cli-*', reason: 'other platforms' }];
  const accepted = { missingIntegrity: reasons, installScripts: reasons };
  const packages = { 'node_modules/@a/cli-x': {}, 'node_modules/@a/cli-x/node_modules/b': {} };
  expect(lockIssues(lockWith(packages), accepted)).toEqual([
    expect.stringMatching(/^node_modules\/@a\/cli-x\/node_modules\/b: has no integrity/),
    expect.stringMatching(/^node_modules\/@a\/cli-\*: nothing needs its entry under install scripts/),
  ]);
});

test.each(['', '{', '[]', '{"lockfileVersion":2,"packages":{}}', '{"lockfileVersion":3}'])(
  'lockIssues() says what it needs when given %j',
  (text) => {
    expect(lockIssues(text, nothing)).toEqual([expect.stringMatching(/lockfileVersion 3/)]);
  },
);
