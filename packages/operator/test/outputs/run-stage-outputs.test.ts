import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { regionsOf } from '@gsp/client/fetch';
import { defineTopology } from '@gsp/platform/topology';
import { expect, onTestFinished, test } from 'vitest';
import { runStageOutputs, type StageOutputsOptions } from '../../src/outputs/run-stage-outputs.ts';
import { type AwsCall, AwsFault, CONNECTION_LOST } from '../cloud/aws-wire.ts';
import { spokenTerminal } from '../cloud/spoken-terminal.ts';
import { stackFixture } from '../cloud/stack-fixture.ts';
import { wiredCloud } from '../cloud/wired-cloud.ts';

const topology = defineTopology({
  project: 'gsp',
  regions: ['eu-west-1', 'eu-central-1'],
  stages: { main: {} },
});

/** What each region's CloudFormation answers. */
type Answers = Readonly<Record<string, unknown>>;

const west = { Stacks: [stackFixture({ region: 'eu-west-1' })] };
const central = { Stacks: [stackFixture({ region: 'eu-central-1' })] };

async function run(answers: Answers, options: Partial<StageOutputsOptions> = {}) {
  const { wire } = await wiredCloud(({ region }: AwsCall) => answers[region]);
  const folder = await mkdtemp(join(tmpdir(), 'outputs-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const out = join(folder, 'amplify_outputs.json');
  const terminal = spokenTerminal();
  const running = runStageOutputs(
    { stage: 'main', out, json: false, partial: false, ...options },
    { topology, terminal },
  );
  const error: unknown = await running.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const text = await readFile(out, 'utf8').catch(() => null);
  return { wire, terminal, error, text, files: await readdir(folder) };
}

test('runStageOutputs() merges what the stacks of all regions put out into one file', async () => {
  const { text, terminal, files, error } = await run({ 'eu-west-1': west, 'eu-central-1': central });
  expect(error).toBeUndefined();
  const outputs = JSON.parse(text ?? '');
  expect(outputs).toEqual({
    version: '1.4',
    custom: {
      API: {
        'gsp-main-eu-west-1': {
          endpoint: 'https://eu-west-1.test',
          region: 'eu-west-1',
          apiName: 'gsp-main-eu-west-1',
        },
        'gsp-main-eu-central-1': {
          endpoint: 'https://eu-central-1.test',
          region: 'eu-central-1',
          apiName: 'gsp-main-eu-central-1',
        },
      },
      platform: {
        project: 'gsp',
        stage: 'main',
        regions: {
          'eu-west-1': { role: 'primary', apiName: 'gsp-main-eu-west-1' },
          'eu-central-1': { role: 'secondary', apiName: 'gsp-main-eu-central-1' },
        },
      },
    },
  });
  expect(regionsOf(outputs, 'regional').map(({ region }) => region)).toEqual(['eu-west-1', 'eu-central-1']);
  expect(files).toEqual(['amplify_outputs.json']);
  expect(terminal.results).toEqual([
    expect.stringMatching(/^Wrote .*: stage 'main' in eu-west-1, eu-central-1\.$/),
  ]);
});

test('runStageOutputs() asks the regions that are chosen only, and prints with --json', async () => {
  const { text, terminal, wire } = await run(
    { 'eu-central-1': central },
    { regions: ['eu-central-1'], json: true },
  );
  expect(text).toBeNull();
  expect(Object.keys(JSON.parse(terminal.results[0] ?? '').custom.API)).toEqual(['gsp-main-eu-central-1']);
  expect(new Set(wire.calls.map(({ region }) => region))).toEqual(new Set(['eu-central-1']));
});

const broken = (StackStatus: 'ROLLBACK_COMPLETE' | 'UPDATE_ROLLBACK_COMPLETE', hasOutputs: boolean) => {
  const stack = stackFixture({ region: 'eu-central-1', changes: { StackStatus, StackStatusReason: 'Why.' } });
  return { Stacks: [hasOutputs ? stack : { ...stack, Outputs: [] }] };
};
const silent = { Stacks: [{ ...stackFixture({ region: 'eu-central-1' }), Outputs: [] }] };

test.each([
  ['has no stack', { Stacks: [] }, "eu-central-1 has no stack of stage 'main'", 1],
  [
    'was rolled back when it was made',
    broken('ROLLBACK_COMPLETE', false),
    'eu-central-1 is ROLLBACK_COMPLETE (Why), and puts nothing out',
    1,
  ],
  [
    'was rolled back to what it was',
    broken('UPDATE_ROLLBACK_COMPLETE', true),
    'eu-central-1 is UPDATE_ROLLBACK_COMPLETE (Why)',
    2,
  ],
  ['puts nothing out', silent, 'which puts nothing out for clients', 1],
  ['does not answer', CONNECTION_LOST, 'AWS does not answer there', 1],
  [
    'may not be read',
    new AwsFault('AccessDenied', 'not you', 403),
    'these credentials are not allowed to',
    1,
  ],
])('runStageOutputs() fails when a region %s, and with --partial warns', async (_, answer, line, regions) => {
  const answers = { 'eu-west-1': west, 'eu-central-1': answer };
  const failed = await run(answers);
  expect(failed.error).toMatchObject({ name: 'CommandError' });
  expect(String(failed.error)).toContain(line);
  expect(failed.files).toEqual([]);

  const partial = await run(answers, { partial: true });
  expect(partial.error).toBeUndefined();
  expect(partial.terminal.printed[0]).toContain(line);
  expect(Object.keys(JSON.parse(partial.text ?? '').custom.API)).toHaveLength(regions);
});

test('runStageOutputs() fails even with --partial when nothing is deployed, and doubts a name it takes for a preview', async () => {
  const nothing = { Stacks: [] };
  const all = await run({ 'eu-west-1': nothing, 'eu-central-1': nothing }, { partial: true });
  expect(String(all.error)).toContain('a stack is needed in one region at least');
  const typo = await run({ 'eu-west-1': nothing }, { stage: 'mian' });
  expect(String(typo.error)).toContain("The topology does not list 'mian'");
});

test('runStageOutputs() says once that the credentials have expired', async () => {
  const expired = new AwsFault('ExpiredToken', 'The security token is expired', 403);
  const { error } = await run({ 'eu-west-1': expired, 'eu-central-1': expired }, { partial: true });
  expect(error).toMatchObject({ name: 'CloudError', reason: 'credentials' });
  expect(String(error)).toContain('the AWS credentials have expired');
});

test('runStageOutputs() names the file that it cannot write, and leaves nothing beside it', async () => {
  const { error, files } = await run(
    { 'eu-west-1': west, 'eu-central-1': central },
    { out: join(tmpdir(), 'no-such-folder', 'outputs.json') },
  );
  expect(String(error)).toMatch(
    /^CommandError: Cannot write .*no-such-folder.*: ENOENT.*Name another with --out\./,
  );
  expect(files).toEqual([]);
});

test('runStageOutputs() fails when the stage has no such region, before AWS is asked', async () => {
  const { error, wire } = await run({}, { regions: ['us-east-1'] });
  expect(String(error)).toContain("Cannot find stage 'main' in us-east-1");
  expect(wire.calls).toEqual([]);
});
