import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Experiments } from '@gsp/operator/fault-injection';
import { afterEach, describe, expect, test } from 'vitest';
import { prepareExperiments } from '../src/prepare-experiments.ts';
import { type FakeFis, type FakeFisBehaviour, startFakeFis } from './experiments/fake-fis.ts';

const { signal } = new AbortController();
const REGIONS = ['eu-west-1', 'eu-central-1', 'eu-west-3'] as const;

let open: { readonly fis: FakeFis; readonly probes: readonly Server[] }[] = [];
afterEach(async () => {
  for (const { fis, probes } of open) {
    await fis.close();
    await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  }
  open = [];
});

/** A platform whose Regions answer probes with these statuses, and what a person types. */
async function platformOf(
  statuses: readonly number[],
  { typed = 'main', ...behaviour }: FakeFisBehaviour & { readonly typed?: string } = {},
) {
  const probes = await Promise.all(statuses.map(startProbe));
  const fis = await startFakeFis('eu-west-1', behaviour);
  open.push({ fis, probes });
  const experiments = new Experiments({ project: 'gsp', stage: 'main', clients: [fis.client], pollMs: 1 });
  const questions: string[] = [];
  const regions = probes.map((probe, index) => ({
    region: REGIONS[index] ?? '',
    api: `http://127.0.0.1:${(probe.address() as AddressInfo).port}`,
  }));
  return {
    questions,
    fis,
    options: {
      ...{ platform: { regions, primary: 'eu-west-1', target: 'https://api.example.com', experiments } },
      ...{ yesBreak: undefined, signal },
      ask: async (question: string) => {
        questions.push(question);
        return typed;
      },
    },
  };
}

async function startProbe(status: number): Promise<Server> {
  const server = createServer((_, response) => {
    response.writeHead(status, { connection: 'close' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe('prepareExperiments()', () => {
  test('prepareExperiments() asks a person once for all of them, and says what is going to happen', async () => {
    const { options, questions, fis } = await platformOf([200, 200]);
    await prepareExperiments(['region-unhealthy', 'evacuate', 'replication-paused'], options);
    expect(questions).toEqual([
      expect.stringMatching(/eu-west-1 of https:.*\(region-unhealthy, replication-paused\).*name, main/),
    ]);
    expect(fis.statuses()).toEqual([]);
  });

  test('prepareExperiments() asks nobody where the stage was named', async () => {
    const { options, questions } = await platformOf([200, 200], { typed: 'nobody' });
    await prepareExperiments(['region-unhealthy'], { ...options, yesBreak: 'main' });
    expect(questions).toEqual([]);
  });

  test('prepareExperiments() asks AWS nothing for what needs no experiment', async () => {
    const { options, questions, fis } = await platformOf([503, 503]);
    await prepareExperiments(['evacuate', 'steady-state'], options);
    expect([...questions, ...fis.calls]).toEqual([]);
  });

  test.each(['', 'prod', 'Main'])(
    "prepareExperiments() breaks nothing for the answer '%s'",
    async (typed) => {
      const { options } = await platformOf([200, 200], { typed });
      await expect(prepareExperiments(['region-unhealthy'], options)).rejects.toThrow(
        /not the stage's name, main/,
      );
      const named = prepareExperiments(['region-unhealthy'], { ...options, yesBreak: typed });
      await expect(named).rejects.toThrow(/Nothing was broken/);
    },
  );

  test.each([
    ['one of two is unhealthy', [200, 503]],
    ['what is to be broken is unhealthy', [503, 200, 200]],
    ['there is one only', [200]],
  ])('prepareExperiments() refuses where %s', async (_, statuses) => {
    const { options, questions } = await platformOf(statuses);
    await expect(prepareExperiments(['region-unhealthy'], options)).rejects.toThrow(
      /not enough regions are healthy \(eu-west-1: HTTP/,
    );
    expect(questions).toEqual([]);
  });

  test('prepareExperiments() lets two healthy ones of three be enough', async () => {
    const { options } = await platformOf([200, 503, 200]);
    await prepareExperiments(['region-unhealthy'], options);
  });

  test('prepareExperiments() refuses without the setting, and while something is broken', async () => {
    const without = await platformOf([200, 200], { offers: [] });
    await expect(prepareExperiments(['region-unhealthy'], without.options)).rejects.toThrow(/faultInjection/);
    const busy = await platformOf([200, 200]);
    busy.fis.startElsewhere('replication-pause');
    await expect(prepareExperiments(['region-unhealthy'], busy.options)).rejects.toThrow(/EXP1.*is running/);
    expect([...without.questions, ...busy.questions]).toEqual([]);
  });
});
