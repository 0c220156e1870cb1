import { execFile } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkoutRevision, hasCommit, withWorktree } from '../../src/deploy/checkout.ts';

const run = promisify(execFile);
const signal = new AbortController().signal;

let dir: string;
let rootDir: string;

async function git(...args: string[]): Promise<string> {
  const author = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
  return (await run('git', [...author, ...args], { cwd: rootDir })).stdout.trim();
}

async function commit(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(rootDir, name), text);
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'x');
  return git('rev-parse', 'HEAD');
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'worktree-'));
  rootDir = join(dir, 'repository');
  await mkdir(join(rootDir, 'node_modules'), { recursive: true });
  await writeFile(join(rootDir, 'node_modules/package.txt'), 'installed');
  await git('init', '--quiet', '--initial-branch', 'main');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const manifest = (version: string) => ({
  'package.json': JSON.stringify({ name: 'x', version }),
  'package-lock.json': JSON.stringify({
    name: 'x',
    version,
    lockfileVersion: 3,
    packages: { '': { name: 'x', version } },
  }),
  '.gitignore': 'node_modules\n',
});

const options = (revision: string) => ({ rootDir, revision, logFile: join(dir, 'install.log'), signal });

describe('withWorktree()', () => {
  test('works at the revision with the dependencies of the checkout, and leaves both as they were', async () => {
    const first = await commit({ ...manifest('1.0.0'), 'code.txt': 'one' });
    await commit({ 'code.txt': 'two' });
    const seen = await withWorktree(options(first), async (cwd) => ({
      cwd,
      code: await readFile(join(cwd, 'code.txt'), 'utf8'),
      dependency: await readFile(join(cwd, 'node_modules/package.txt'), 'utf8'),
      isLink: (await lstat(join(cwd, 'node_modules/package.txt'))).isSymbolicLink(),
    }));
    expect(seen).toMatchObject({ code: 'one', dependency: 'installed', isLink: true });
    await expect(lstat(seen.cwd)).rejects.toThrow('ENOENT');
    expect(await readFile(join(rootDir, 'node_modules/package.txt'), 'utf8')).toBe('installed');
    expect(await readFile(join(rootDir, 'code.txt'), 'utf8')).toBe('two');
    expect(await git('worktree', 'list')).not.toContain('checkout');
    expect(await git('status', '--porcelain')).toBe('');
  });

  test('installs dependencies anew when the lock file was another', async () => {
    const first = await commit(manifest('1.0.0'));
    await commit(manifest('2.0.0'));
    const entry = await withWorktree(options(first), (cwd) =>
      lstat(join(cwd, 'node_modules')).catch(() => null),
    );
    expect(entry?.isSymbolicLink() ?? false).toBe(false);
    expect(await readFile(join(dir, 'install.log'), 'utf8')).toContain('$ npm ci');
  });

  test('takes the worktree away when the work fails', async () => {
    const first = await commit(manifest('1.0.0'));
    let made = '';
    const work = withWorktree(options(first), async (cwd) => {
      made = cwd;
      throw new Error('no capacity');
    });
    await expect(work).rejects.toThrow('no capacity');
    await expect(lstat(made)).rejects.toThrow('ENOENT');
    expect((await git('worktree', 'list')).split('\n')).toHaveLength(1);
  });

  test('says how to get a revision that this clone does not have', async () => {
    await commit(manifest('1.0.0'));
    const revision = 'f'.repeat(40);
    expect(await hasCommit(rootDir, { revision, signal })).toBe(false);
    await expect(withWorktree(options(revision), async () => 0)).rejects.toThrow(
      /does not have it.*fetch-depth: 0/,
    );
  });
});

describe('checkoutRevision()', () => {
  test('is the commit of a clean tree, and refuses another unless allowed', async () => {
    const commitId = await commit(manifest('1.0.0'));
    expect(await checkoutRevision(rootDir, { allowDirty: false, signal })).toBe(commitId);
    for (let at = 0; at < 7; at++) await writeFile(join(rootDir, `new-${at}.txt`), '');
    await expect(checkoutRevision(rootDir, { allowDirty: false, signal })).rejects.toThrow(
      /new-0\.txt.* and 2 more differ from the last commit/,
    );
    expect(await checkoutRevision(rootDir, { allowDirty: true, signal })).toBe(`${commitId}-dirty`);
  });

  test('says that a repository is needed where there is none', async () => {
    await expect(checkoutRevision(dir, { allowDirty: false, signal })).rejects.toThrow(
      /a git repository is needed/,
    );
  });
});
