import { defineTopology } from '@gsp/platform/topology';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stageTarget } from '../../src/cloud/stage-target.ts';
import { awsDeployPorts } from '../../src/deploy/aws-deploy-ports.ts';
import type { DeployEvent } from '../../src/deploy/journal.ts';
import { wiredCloud } from '../cloud/wired-cloud.ts';
import { type RegionalApi, startRegionalApi } from './regional-api.ts';

const topology = defineTopology({
  project: 'gsp',
  regions: ['eu-west-1', 'eu-central-1'],
  stages: { main: {} },
});

let api: RegionalApi;
let peer: RegionalApi;

beforeEach(async () => {
  const items = new Map();
  api = await startRegionalApi('eu-west-1', { items });
  peer = await startRegionalApi('eu-central-1', { items });
});
afterEach(async () => {
  await api.close();
  await peer.close();
});

/** The ports of a deployment, with what it has told. */
async function portsOf() {
  const { cloud } = await wiredCloud(() => ({ Stacks: [], MetricAlarms: [], CompositeAlarms: [] }));
  const told: DeployEvent[] = [];
  const ports = awsDeployPorts({
    cloud,
    target: stageTarget(topology, { stage: 'main' }),
    method: 'ampx-deploy',
    appIds: {},
    ...{ rootDir: '.', workDir: '.', bakeMs: 1, smokeBounds: { newMs: 1, knownMs: 1 } },
    lock: { require: async () => undefined, release: async () => undefined },
    journal: { write: (event) => told.push(event) },
    watch: { report: () => undefined, progress: () => undefined, close: () => undefined },
    signal: new AbortController().signal,
  });
  return { ports, told };
}

describe('awsDeployPorts()', () => {
  test('tries replication between regions that answer traffic, and tells nothing beside', async () => {
    const { ports, told } = await portsOf();
    expect(await ports.replicate(api, peer)).toHaveLength(2);
    expect(told).toEqual([]);
  });

  test.each(['api', 'peer'] as const)(
    'does not try it where the %s has its edge as the only way in',
    async (which) => {
      const { ports, told } = await portsOf();
      const edge = 'https://edge.api.example.com';
      const [one, other] = which === 'api' ? [{ ...api, edge }, peer] : [api, { ...peer, edge }];
      expect(await ports.replicate(one, other)).toEqual([]);
      expect(told).toMatchObject([{ step: 'replication', state: 'noted', region: 'eu-west-1' }]);
      expect([...api.requests, ...peer.requests]).toEqual([]);
    },
  );

  test('watches such a region without writing to it', async () => {
    const { ports } = await portsOf();
    const figures = await ports.bake({ ...api, edge: 'https://edge.api.example.com' }, [peer]);
    expect(figures).toMatchObject({ lagMsMax: null });
    expect(figures.rounds).toBeGreaterThan(0);
    expect(new Set(api.requests)).toEqual(new Set(['GET /health']));
    expect(peer.requests).toEqual([]);
  });
});
