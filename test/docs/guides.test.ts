import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { idleCostOf } from '@gsp/operator/doctor';
import { defineTopology } from '@gsp/platform/topology';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '../..');
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));

describe.each(['docs/deploying.md', 'docs/ci-cd.md'])('%s', (file) => {
  test('leads to pages and headings that are there', async () => {
    const text = await readFile(join(ROOT, file), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
    expect(links.length).toBeGreaterThan(5);
    for (const [, page = '', heading] of links) {
      const path = page === '' ? join(ROOT, file) : join(ROOT, dirname(file), page);
      await expect(access(path), page).resolves.toBeUndefined();
      if (heading !== undefined) expect(headingsOf(await readFile(path, 'utf8')), page).toContain(heading);
    }
  });

  test('names commands that package.json has', async () => {
    const text = await readFile(join(ROOT, file), 'utf8');
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].flatMap(([, name]) => name ?? []);
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });
});

describe('docs/deploying.md', () => {
  test.each([30, 10] as const)(
    'tells what checks every %i s cost as the doctor does',
    async (intervalSeconds) => {
      const domain = { zoneName: 'example.com', hostedZoneId: 'Z0123456789ABC' };
      const { regions, settings } = defineTopology({
        project: 'shop',
        regions: ['eu-west-1', 'eu-central-1'],
        routing: { healthCheck: { intervalSeconds } },
      });
      const { zone, healthChecks, probes, total } = idleCostOf({ domain, regions, settings });
      const text = await readFile(join(ROOT, 'docs/deploying.md'), 'utf8');
      const line = text.split('\n').find((row) => row.includes(`checks every ${intervalSeconds} s`)) ?? '';
      expect(line).toContain(`about $${Math.round(total)}: zone ${zone.toFixed(2)}`);
      expect(line).toContain(`health checks ${healthChecks.toFixed(2)}`);
      const told = Number(
        /about (\d+\.\d\d) \|$|probes about (\d+\.\d\d) \|$/.exec(line)?.slice(1).find(Boolean),
      );
      expect(told).toBeCloseTo(probes, 1);
    },
  );
});

/** Headings as GitHub makes anchors of them. */
function headingsOf(markdown: string): readonly string[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('#'))
    .map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
}
