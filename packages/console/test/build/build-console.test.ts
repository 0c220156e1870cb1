import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from '@gsp/cli-kit';
import { describe, expect, test } from 'vitest';
import { type BuildConsoleOptions, buildConsole } from '../../build/build-console.ts';
import { writePage } from './console-fixture.ts';

const ROOT_DIR = fileURLToPath(new URL('../../../../', import.meta.url));

async function failure(options: BuildConsoleOptions): Promise<CommandError> {
  const error = await buildConsole(options).catch((cause: unknown) => cause);
  if (!(error instanceof CommandError)) throw new Error(`no CommandError but ${String(error)}`);
  return error;
}

/** What a cache holds: finished builds only, when nothing was left half done. */
const cached = (cacheDir: string): Promise<string[]> => readdir(cacheDir).catch(() => []);

describe('buildConsole()', () => {
  test('builds once while nothing changes, and says what a browser loads first', async () => {
    const page = await writePage();
    const first = await buildConsole(page);
    expect(first.fromCache).toBe(false);
    const html = await readFile(join(first.siteDir, 'index.html'), 'utf8');
    // The page's security policy lets no inline script run.
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(first.firstLoad[0]).toBe('index.html');
    for (const path of first.firstLoad.slice(1)) {
      expect(html).toContain(`"/${path}"`);
      expect(existsSync(join(first.siteDir, path))).toBe(true);
    }
    const loadedLater = (await readdir(join(first.siteDir, 'assets'))).filter((name) =>
      name.startsWith('later'),
    );
    expect(loadedLater.map((name) => name.replace(/.*\./, '')).sort()).toEqual(['css', 'js']);
    expect(first.firstLoad.filter((path) => path.includes('later'))).toEqual([]);

    expect(await buildConsole(page)).toEqual({ ...first, fromCache: true });
    await writeFile(join(page.root, 'shared.ts'), `export const shared = 'changed';`);
    const changed = await buildConsole(page);
    expect(changed.fromCache).toBe(false);
    expect(changed.siteDir).not.toBe(first.siteDir);
    expect(existsSync(first.siteDir), 'going back is free').toBe(true);
  });

  test('makes one whole build when two begin at once', async () => {
    const page = await writePage();
    const [one, other] = await Promise.all([buildConsole(page), buildConsole(page)]);
    expect(one.siteDir).toBe(other.siteDir);
    expect(await cached(page.cacheDir)).toHaveLength(1);
  });

  test.each([
    ['main.ts', 'const x = ;', /^Cannot build the console: \S*main\.ts:1:11: Unexpected token$/],
    [
      'main.ts',
      `import './absent.ts';`,
      /^Cannot build the console: \S*main\.ts:1:8: Could not resolve '\.\/absent\.ts' in \S+$/,
    ],
    [
      'main.ts',
      `import 'no-such-package';`,
      /^Cannot build the console: Rolldown failed to resolve import "no-such-package"/,
    ],
    [
      'index.html',
      '<script type="module" src="./absent.ts"></script>',
      /^Cannot build the console: Failed to resolve \.\/absent\.ts from \S+$/,
    ],
  ])(
    'says in one line what is wrong with %s holding %j, and keeps nothing',
    async (name, content, message) => {
      const page = await writePage({ [name]: content });
      const error = await failure(page);
      expect(error.message).toMatch(message);
      expect(error.message).not.toContain('\n');
      expect(await cached(page.cacheDir)).toEqual([]);
    },
  );

  test('refuses a page that takes a file which its fingerprint does not cover', async () => {
    const stray = join(ROOT_DIR, 'packages/platform/src/topology/names.ts');
    const page = await writePage({ 'main.ts': `import * as names from '${stray}'; console.log(names);` });
    const { message } = await failure(page);
    expect(message).toContain('it imports packages/platform/src/topology/');
    expect(message).toContain('which its fingerprint does not cover');
    expect(await cached(page.cacheDir)).toEqual([]);
  });

  test('names the page that is missing', async () => {
    const { root, cacheDir } = await writePage();
    await mkdir(join(root, 'empty'));
    const error = await failure({ root: join(root, 'empty'), cacheDir });
    expect(error.message).toBe(
      `Cannot build the console: there is no ${join(root, 'empty/index.html')}, it is what is built.`,
    );
  });

  test('ends with the signal that aborts it, or when its time is over, and keeps nothing', async () => {
    const page = await writePage();
    const told = new Error('told to end');
    const stop = new AbortController();
    const building = buildConsole({ ...page, signal: stop.signal });
    setTimeout(() => stop.abort(told), 50);
    await expect(building).rejects.toBe(told);
    const { code, message } = await failure({ ...page, timeoutMs: 1 });
    expect(code).toBe('BuildTimedOut');
    expect(message).toContain('it did not end within 1 ms');
    expect(await cached(page.cacheDir)).toEqual([]);
  });
});
