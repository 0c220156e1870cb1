import { defineTopology } from '@gsp/platform/topology';
import { expect, test } from 'vitest';
import { stageTarget } from '../../src/cloud/stage-target.ts';

const topology = defineTopology({
  project: 'gsp',
  regions: ['eu-west-1', 'eu-central-1'],
  stages: { main: {}, 'release/1': { regions: ['us-east-1'] } },
});

test('stageTarget() gives a listed stage its own regions, the primary first', () => {
  expect(stageTarget(topology, { stage: 'main' })).toMatchObject({
    project: 'gsp',
    stage: 'main',
    branch: 'main',
    kind: 'listed',
    regions: ['eu-west-1', 'eu-central-1'],
    chosen: ['eu-west-1', 'eu-central-1'],
    domain: null,
    tableName: 'gsp-main-items',
  });
  expect(stageTarget(topology, { stage: 'release/1' })).toMatchObject({
    branch: 'release/1',
    regions: ['us-east-1'],
  });
});

test('stageTarget() keeps the stage’s order among the regions asked for, each once', () => {
  const regions = ['eu-central-1', 'eu-west-1', 'eu-central-1'];
  expect(stageTarget(topology, { stage: 'main', regions }).chosen).toEqual(['eu-west-1', 'eu-central-1']);
  expect(stageTarget(topology, { stage: 'main', regions: ['eu-central-1'] })).toMatchObject({
    regions: ['eu-west-1', 'eu-central-1'],
    chosen: ['eu-central-1'],
  });
});

test('stageTarget() takes any other branch for a preview, in the region asked for or the primary', () => {
  expect(stageTarget(topology, { stage: 'feature' })).toMatchObject({
    kind: 'preview',
    stage: 'preview-feature',
    branch: 'feature',
    regions: ['eu-west-1'],
  });
  expect(stageTarget(topology, { stage: 'feature', regions: ['us-east-1'] }).regions).toEqual(['us-east-1']);
  expect(stageTarget(topology, { stage: 'ada', backendType: 'sandbox' })).toMatchObject({
    kind: 'sandbox',
    stage: 'sandbox-ada',
  });
});

test.each([
  [{ stage: ' ' }, /its name is empty, one is needed/],
  [{ stage: 'main', regions: [] }, /--regions names none/],
  [{ stage: 'main', regions: ['us-east-1'] }, /in us-east-1: it is in eu-west-1, eu-central-1/],
  [{ stage: 'feature', regions: ['eu-west-1', 'eu-central-1'] }, /in eu-central-1: it is in eu-west-1/],
  [{ stage: 'feature', regions: ['nowhere-1'] }, /nowhere-1/],
])('stageTarget() refuses %j', (asked, message) => {
  expect(() => stageTarget(topology, asked)).toThrow(
    expect.objectContaining({ name: 'CloudError', message: expect.stringMatching(message) }),
  );
});
