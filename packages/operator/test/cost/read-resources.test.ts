import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readResources } from '../../src/cost/read-resources.ts';
import { takeInventory } from '../../src/cost/take-inventory.ts';
import { resource } from './cost-fixture.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assembly-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const write = (name: string, content: unknown) => writeFile(join(dir, name), JSON.stringify(content));
const stack = (environment: string, templateFile: string) => ({
  ...{ type: 'aws:cloudformation:stack', environment, properties: { templateFile } },
});

test('readResources() places a root stack that names its Region there, and all others with the assembly', async () => {
  await write('manifest.json', {
    artifacts: {
      backend: stack('aws://unknown-account/unknown-region', 'backend.template.json'),
      edge: stack('aws://unknown-account/us-east-1', 'edge.template.json'),
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    },
  });
  await write('backend.template.json', { Resources: { Stack: resource('AWS::CloudFormation::Stack') } });
  await write('platform.nested.template.json', {
    Resources: { Table: resource('AWS::DynamoDB::GlobalTable') },
  });
  await write('edge.template.json', { Resources: { Acl: resource('AWS::WAFv2::WebACL') } });
  await write('empty.template.json', {});

  const found = await readResources(dir, 'eu-west-1');
  expect(found.map(({ type, region }) => `${type} ${region}`)).toEqual([
    'AWS::CloudFormation::Stack eu-west-1',
    'AWS::WAFv2::WebACL us-east-1',
    'AWS::DynamoDB::GlobalTable eu-west-1',
  ]);
  const { hasWebAcl, regions } = takeInventory(found, ['eu-west-1']);
  expect({ hasWebAcl, regions: regions.length }).toEqual({ hasWebAcl: true, regions: 1 });
});

test('takeInventory() names the types that nobody has given a price', async () => {
  await write('manifest.json', {});
  await write('backend.template.json', {
    Resources: {
      A: resource('AWS::EC2::NatGateway'),
      B: resource('AWS::EC2::EIP'),
      C: resource('AWS::IAM::Role'),
    },
  });
  expect(takeInventory(await readResources(dir, 'eu-west-1'), ['eu-west-1']).notPriced).toEqual([
    'AWS::EC2::EIP',
    'AWS::EC2::NatGateway',
  ]);
});
