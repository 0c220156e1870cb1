import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A page small enough to be built in no time, with a part that is loaded later. */
export const PAGE = {
  'index.html': '<!doctype html><title>x</title><script type="module" src="./main.ts"></script>',
  'main.ts': `import './style.css';
    import { shared } from './shared.ts';
    document.title = shared;
    void import('./later.ts').then(({ later }) => later());`,
  'shared.ts': `export const shared: string = 'shared';`,
  'later.ts': `import './later.css';
    import { shared } from './shared.ts';
    export const later = () => console.log('later', shared);`,
  'style.css': 'body { margin: 0 }',
  'later.css': 'p { margin: 0 }',
} as const;

/** Writes files into a folder of their own, which is removed with the test. */
export async function writeFiles(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'console-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** The page's folder and a cache of its own. */
export async function writePage(
  changed: Readonly<Record<string, string>> = {},
): Promise<{ root: string; cacheDir: string }> {
  return { root: await writeFiles({ ...PAGE, ...changed }), cacheDir: await writeFiles({}) };
}
