import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seeText } from '../support/console-parts.ts';
import { documentedCode } from '../support/documented-code.ts';
import { startSourceHost } from '../support/source-host.ts';
import type { Stage } from '../support/stage.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DOCUMENT = join(ROOT, 'docs/client.md');
const LIMIT_MS = 45_000;

/** The page in src/app as it stands, but that the twin is on other ports. */
export function describeOwnPage(stage: Stage): void {
  test(
    'src/app keeps notes, and goes on when the region that took one is killed',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'own-page-'));
      const outputs = await (await fetch(`${stage.twin.ready.control}/amplify_outputs.json`)).text();
      const host = await startSourceHost({ '/amplify_outputs.json': outputs }, join(folder, 'vite'));
      try {
        const { page, faults } = await stage.open();
        for (const { api } of stage.twin.ready.regions) faults.expectAt(api);
        faults.expectAt(`${host.origin}/favicon.ico`);
        await page.goto(`${host.origin}/src/app/index.html`, { timeout: LIMIT_MS, waitUntil: 'networkidle' });
        const save = async (note: string) => {
          await page.locator('#text').fill(note);
          await page.locator('button').click();
          await seeText(page.locator('#answer'), /Saved in/, { limitMs: LIMIT_MS });
          const written = new RegExp(`${note} \\((\\S+), `);
          await seeText(page.locator('#notes'), written, { limitMs: LIMIT_MS });
          return written.exec((await page.locator('#notes').textContent()) ?? '')?.[1] ?? '';
        };
        const region = await save('before');
        expect(stage.twin.ready.regions.map((each) => each.region)).toContain(region);
        await stage.twin.fault({ region, kind: 'kill' });
        expect(await save('after')).not.toBe(region);
      } finally {
        await host.close();
        await rm(folder, { recursive: true, force: true });
      }
    },
    2 * LIMIT_MS,
  );
}

/** What docs/client.md prints, run as printed, but that the twin is on other ports. */
export function describeDocumentedExamples(stage: Stage): void {
  describe('docs/client.md', () => {
    let folder = '';
    let outputs = '';
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'documented-'));
      outputs = await (await fetch(`${stage.twin.ready.control}/amplify_outputs.json`)).text();
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    test('has a script for Node that writes in one region and reads in the other', async () => {
      const script = await documentedCode(DOCUMENT, { heading: 'From Node', language: 'ts' });
      expect(script.split('\n').length).toBeLessThanOrEqual(15);
      await writeFile(join(folder, 'hello.ts'), script);
      await writeFile(join(folder, 'amplify_outputs.json'), outputs);
      await writeFile(join(folder, 'package.json'), '{"type":"module"}');
      for (const name of ['src', 'amplify', 'node_modules'])
        await symlink(join(ROOT, name), join(folder, name));
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'hello.ts'], {
        cwd: folder,
        timeout: LIMIT_MS,
      });
      expect(stdout).toMatch(
        /^written in eu-[a-z]+-1: [0-9a-f-]{36}\nread in eu-central-1: \{"from":"node"\}\n$/,
      );
    });

    test(
      'has a page that counts, and goes on counting when a region is killed',
      async () => {
        const html = await documentedCode(DOCUMENT, { heading: 'From a page', language: 'html' });
        expect(html.split('\n').length).toBeLessThanOrEqual(15);
        const host = await startSourceHost(
          { '/hello.html': html, '/amplify_outputs.json': outputs },
          join(folder, 'vite'),
        );
        try {
          const { page, faults } = await stage.open();
          for (const { api } of stage.twin.ready.regions) faults.expectAt(api);
          faults.expectAt(`${host.origin}/favicon.ico`);
          await page.goto(`${host.origin}/hello.html`, { timeout: LIMIT_MS });
          const out = page.locator('#out');
          await seeText(out, /3, counted in/, { limitMs: LIMIT_MS });
          const [, region = ''] = /.*counted in (\S+)/s.exec((await out.textContent()) ?? '') ?? [];
          await stage.twin.fault({ region, kind: 'kill' });
          const moved = new RegExp(`moved from ${region} to (\\S+).*counted in \\1.*counted in \\1`);
          await seeText(out, moved, { limitMs: LIMIT_MS });
        } finally {
          await host.close();
        }
      },
      2 * LIMIT_MS,
    );
  });
}
