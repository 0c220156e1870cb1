import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { testProject } from '../../../../test/project/test-project.ts';
import { type Cloud, openCloud } from '../../src/cloud/region-clients.ts';
import { readTableChange, tableIn } from '../../src/deploy/table-change.ts';
import { synthesize } from '../../src/synthesis/synthesize.ts';
import { type AwsWire, startAwsWire } from '../cloud/aws-wire.ts';

const signal = new AbortController().signal;
// As npm start synthesizes it, so that the assembly is in the cache more often than not.
const backend = { type: 'branch', namespace: 'local', name: 'main' } as const;

const rootDir = await testProject();

let wire: AwsWire;
let cloud: Cloud;

afterEach(async () => {
  cloud.close();
  vi.unstubAllEnvs();
  await wire.close();
});

/** Answers as a root stack with one nested stack, whose template is given. */
async function deployedAs(template: string) {
  wire = await startAwsWire(({ action, input }) => {
    if (action === 'GetTemplate') return { TemplateBody: template };
    if (action !== 'ListStackResources') return undefined;
    const isRoot = input.StackName === 'root';
    if (isRoot && input.NextToken === undefined)
      return { StackResourceSummaries: [summary('AWS::SQS::Queue', 'queue')], NextToken: 'more' };
    return {
      StackResourceSummaries: [
        isRoot
          ? summary('AWS::CloudFormation::Stack', 'nested')
          : summary('AWS::DynamoDB::GlobalTable', 'gsp-main-items'),
      ],
    };
  });
  for (const [name, value] of Object.entries(wire.env)) vi.stubEnv(name, value);
  cloud = openCloud();
  return cloud.region('eu-west-1');
}

const summary = (ResourceType: string, PhysicalResourceId: string) => ({
  ResourceType,
  PhysicalResourceId,
  LogicalResourceId: 'x',
  ResourceStatus: 'CREATE_COMPLETE',
  LastUpdatedTimestamp: new Date(0),
});

async function synthesizedTemplate(): Promise<string> {
  const [made] = await synthesize({ rootDir, regions: ['eu-west-1'], backend, signal });
  const dir = made?.assemblyDir ?? '';
  for (const file of await readdir(dir)) {
    if (!file.endsWith('.template.json')) continue;
    const text = await readFile(join(dir, file), 'utf8');
    if (tableIn(JSON.parse(text)) !== null) return text;
  }
  throw new Error('Cannot find the table: no template has one');
}

describe('readTableChange()', () => {
  test('finds no change where what is deployed is what is synthesized', async () => {
    const clients = await deployedAs(await synthesizedTemplate());
    expect(await readTableChange(clients, { rootDir, stackId: 'root', backend, signal })).toEqual({
      hasChanged: false,
      added: [],
      removed: [],
      addedIndexes: [],
      removedIndexes: [],
      what: [],
    });
    const asked = wire.calls.map(({ action, input }) => `${action} ${String(input.StackName)}`);
    expect(asked).toEqual([
      'ListStackResources root',
      'ListStackResources root',
      'ListStackResources nested',
      'GetTemplate nested',
    ]);
    expect(wire.unexpected).toEqual([]);
  }, 180_000);

  test('finds a replica that comes, and one that goes', async () => {
    const text = (await synthesizedTemplate()).replaceAll(
      '"Region": "eu-central-1"',
      '"Region": "us-east-1"',
    );
    const clients = await deployedAs(text);
    expect(await readTableChange(clients, { rootDir, stackId: 'root', backend, signal })).toEqual({
      hasChanged: true,
      added: ['eu-central-1'],
      removed: ['us-east-1'],
      addedIndexes: [],
      removedIndexes: [],
      what: ['Replicas'],
    });
  }, 180_000);

  test('says that a template is none of Amplify’s when it is no JSON', async () => {
    const clients = await deployedAs('Resources: {}');
    await expect(readTableChange(clients, { rootDir, stackId: 'root', backend, signal })).rejects.toThrow(
      /^Cannot tell whether the table changes: the template of nested in eu-west-1 is no JSON/,
    );
  });
});
