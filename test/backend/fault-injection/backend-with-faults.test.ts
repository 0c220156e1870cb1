// Goal: the setting adds what it needs and changes nothing else, and the twin still runs what comes of it.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { synthesize } from '@gsp/operator/synthesis';
import { resolveAssembly } from '@gsp/twin';
import { beforeAll, expect, test } from 'vitest';
import type { Resource, TemplateJson } from '../../../packages/platform/test/infra/template-queries.ts';
import { testProject } from '../../project/test-project.ts';

interface Synthesized {
  readonly assemblyDir: string;
  readonly resources: TemplateJson['Resources'];
}

async function synthesizeWith(faultInjection: boolean): Promise<Synthesized> {
  const [made] = await synthesize({
    rootDir: await testProject(),
    regions: ['eu-west-1'],
    backend: { type: 'branch', namespace: 'd123', name: 'main' },
    changes: { faultInjection },
  });
  const assemblyDir = made?.assemblyDir ?? '';
  const [name = ''] = (await readdir(assemblyDir)).filter((file) => file.endsWith('.nested.template.json'));
  const template: TemplateJson = JSON.parse(await readFile(join(assemblyDir, name), 'utf8'));
  return { assemblyDir, resources: template.Resources };
}

let off: Synthesized;
let on: Synthesized;
beforeAll(async () => {
  off = await synthesizeWith(false);
  on = await synthesizeWith(true);
}, 240_000);

test('faultInjection off leaves no trace', () => {
  expect(JSON.stringify(off.resources)).not.toMatch(/AWS::FIS|AWS::S3::Bucket|aws-fis|fis:|Chaos/);
});

test('faultInjection on changes of what is there the health function and its rights only', () => {
  const changed = Object.entries(off.resources).filter(
    ([id, resource]) => JSON.stringify(on.resources[id]) !== JSON.stringify(resource),
  );
  expect(changed.map(([id, { Type }]) => `${Type} ${id.slice(0, 12)}`).sort()).toEqual([
    'AWS::IAM::Policy healthlambda',
    'AWS::Lambda::Function healthlambda',
  ]);
});

test('faultInjection on adds what it needs', () => {
  const added = Object.entries(on.resources).filter(([id]) => !(id in off.resources));
  const types = added.map(([, { Type }]: [string, Resource]) => Type).sort();
  expect(types).toEqual([
    ...Array.from({ length: 4 }, () => 'AWS::FIS::ExperimentTemplate'),
    ...['AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', 'AWS::IAM::Role'],
    ...['AWS::S3::Bucket', 'AWS::S3::BucketPolicy'],
  ]);
});

test('the twin runs a stage with faultInjection, and names what it does not emulate', () => {
  const { functions, notEmulated } = resolveAssembly(on.assemblyDir, {
    region: 'eu-west-1',
    accountId: '111122223333',
    apiEndpoint: () => 'http://127.0.0.1:1',
  });
  expect(functions.map(({ functionName }) => functionName)).toContain('gsp-main-health');
  expect(notEmulated.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['AWS::FIS::ExperimentTemplate', 'AWS::S3::Bucket']),
  );
});
