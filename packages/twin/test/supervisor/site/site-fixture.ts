import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** What must never be served: it lies beside the site, and links in the site lead to it. */
export const SECRET = 'years of work';

/** What a build puts out, long enough to be worth compressing where a browser would see it compressed. */
export const FILES = {
  'index.html': `<!doctype html><title>Console</title>${'<!-- page -->'.repeat(200)}`,
  'assets/index-BEHjh3E2.js': `console.log(${JSON.stringify('script '.repeat(500))});`,
  'assets/index-TZrNw7dA.css': 'body { margin: 0 }',
  'assets/world-_x-9aQz1.svg': `<svg xmlns="http://www.w3.org/2000/svg">${'<g/>'.repeat(500)}</svg>`,
  'assets/notes.txt': 'not hashed',
  'assets/with space-BEHjh3E2.js': 'void 0;',
  'favicon.ico': '\u0000\u0001',
  'data.unknown': 'bytes',
} as const;

/** Writes a built site with hostile links in it, and a secret beside it; removed with the test. */
export function writeSite(): string {
  const folder = mkdtempSync(join(tmpdir(), 'site-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const site = join(folder, 'site');
  for (const [name, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(site, name)), { recursive: true });
    writeFileSync(join(site, name), content);
  }
  mkdirSync(join(folder, 'private'));
  writeFileSync(join(folder, 'private/secret.txt'), SECRET);
  symlinkSync(join(folder, 'private/secret.txt'), join(site, 'link.txt'));
  symlinkSync(join(folder, 'private'), join(site, 'folder'));
  symlinkSync('../..', join(site, 'assets/up'));
  return site;
}
