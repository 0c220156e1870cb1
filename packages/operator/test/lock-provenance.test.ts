// Goal: no package comes into the lock file from elsewhere, unhashed, or with a script that nobody has read. Method:
// each fault is planted alone in a lock file without any, and the committed one is looked at.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { lockFaults } from '../src/gates/lock-provenance.ts';

const integrity = `sha512-${'A'.repeat(86)}==`;
const nothing = { missingIntegrity: [], installScripts: [] };

function lockWith(packages: Record<string, object>): string {
  const sound = { version: '1.0.0', integrity };
  return JSON.stringify({
    lockfileVersion: 3,
    packages: { '': {}, 'node_modules/sound': sound, ...packages },
  });
}

test('lockFaults() finds none in the committed lock file', async () => {
  const path = fileURLToPath(new URL('../../../package-lock.json', import.meta.url));
  expect(lockFaults(await readFile(path, 'utf8'))).toEqual([]);
});

test('lockFaults() finds none where every package has a hash, or is bundled in one that has', () => {
  expect(lockFaults(lockWith({ 'node_modules/sound/node_modules/a': { inBundle: true } }), nothing)).toEqual(
    [],
  );
});

test.each([
  ['no hash', { version: '1.0.0' }, /planted: has no integrity/],
  ['a weak hash', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }, /has the integrity sha1-/],
  ['a host', { integrity, resolved: 'https://mirror.example.com/a.tgz' }, /is resolved to https:\/\/mirror/],
  ['a link to a folder', { link: true, resolved: '../a' }, /is a link/],
  ['a script', { integrity, hasInstallScript: true }, /runs a script when installed/],
  ['Git', { integrity, dependencies: { a: 'git+ssh://git@example.com/a.git' } }, /a at git\+ssh/],
  ['a repository', { integrity, dependencies: { a: 'someone/a#main' } }, /a at someone\/a#main/],
  ['a host of repositories', { integrity, optionalDependencies: { a: 'github:someone/a' } }, /a at github:/],
  ['an address', { integrity, devDependencies: { a: 'http://example.com/a.tgz' } }, /a at http:/],
])('lockFaults() names the package and the remedy when it has %s', (_, planted, what) => {
  const faults = lockFaults(lockWith({ 'node_modules/planted': planted }), nothing);
  expect(faults).toEqual([expect.stringMatching(what)]);
  expect(faults[0]).toMatch(/^node_modules\/planted: .+\. .+/);
});

test("lockFaults() looks at the root's own dependencies, too", () => {
  const faults = lockFaults(lockWith({ '': { dependencies: { a: 'https://example.com/a.tgz' } } }), nothing);
  expect(faults).toEqual([expect.stringMatching(/^package\.json: depends on a/)]);
});

test.each(['^1.2.3 || >=2', 'npm:typescript@5.8.3', '*', '', 'latest', '~6.0.3'])(
  'lockFaults() takes the range %j',
  (range) => {
    expect(
      lockFaults(lockWith({ 'node_modules/a': { integrity, dependencies: { b: range } } }), nothing),
    ).toEqual([]);
  },
);

test('lockFaults() accepts what a reason is given for, and names a reason that nothing needs', () => {
  const reasons = [{ path: 'node_modules/@a/cli-*', reason: 'other platforms' }];
  const accepted = { missingIntegrity: reasons, installScripts: reasons };
  const packages = { 'node_modules/@a/cli-x': {}, 'node_modules/@a/cli-x/node_modules/b': {} };
  expect(lockFaults(lockWith(packages), accepted)).toEqual([
    expect.stringMatching(/^node_modules\/@a\/cli-x\/node_modules\/b: has no integrity/),
    expect.stringMatching(/^node_modules\/@a\/cli-\*: nothing needs its entry under install scripts/),
  ]);
});

test.each(['', '{', '[]', '{"lockfileVersion":2,"packages":{}}', '{"lockfileVersion":3}'])(
  'lockFaults() says what it needs when given %j',
  (text) => {
    expect(lockFaults(text, nothing)).toEqual([expect.stringMatching(/lockfileVersion 3/)]);
  },
);
