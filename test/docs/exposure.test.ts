import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeExposure, stageExposure } from '@gsp/operator/cost';
import { regionsOf, resolveStage } from '@gsp/platform/topology';
import { expect, test } from 'vitest';
import { topology } from '../project/topology.ts';

const ROOT = join(import.meta.dirname, '../..');

test('README.md says above its table of routes what `npm run cost` says of the stage it came with', async () => {
  const regions = regionsOf(topology, { type: 'branch', name: 'main' });
  const target = { backendType: 'branch', backendName: 'main', region: regions[0] } as const;
  const { settings } = resolveStage(topology, target);
  const said = Object.values(describeExposure(stageExposure({ regions, settings }))).join(' ');
  const text = (await readFile(join(ROOT, 'README.md'), 'utf8')).replaceAll(/\s+/g, ' ');
  expect(text).toContain(said);
  expect(text.indexOf(said)).toBeLessThan(text.indexOf('| Route | Answers |'));
});
