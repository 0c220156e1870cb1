import { randomUUID } from 'node:crypto';
import type { Terminal } from '@gsp/cli-kit';
import { defineTopology } from '@gsp/platform/topology';
import { onTestFinished, vi } from 'vitest';
import { type Cloud, openCloud } from '../../src/cloud/region-clients.ts';
import { stageTarget } from '../../src/cloud/stage-target.ts';
import { type TearDownOptions, tearDown } from '../../src/teardown/tear-down.ts';
import { awsTeardownPorts } from '../../src/teardown/teardown-ports.ts';
import type { TeardownReport } from '../../src/teardown/teardown-report.ts';
import { type AwsWire, startAwsWire } from '../cloud/aws-wire.ts';
import { FakeAws } from './fake-aws.ts';

/** Two regions of a stage `dev`, and three of `wide`. */
export const TOPOLOGY = defineTopology({
  project: 'gsp',
  regions: ['eu-west-1', 'eu-central-1'],
  stages: {
    dev: {},
    wide: { regions: ['eu-west-1', 'eu-central-1', 'eu-north-1'], routing: { policy: 'latency' } },
  },
});

/** What `npm run teardown` would be given. */
export interface Asked extends Partial<TearDownOptions> {
  readonly stage: string;
  readonly regions?: readonly string[];
  /** What the person types. @default - the stage */
  readonly typed?: string;
}

/** A fake AWS behind the wire, and a teardown of what is deployed there. */
export interface TeardownHarness {
  readonly aws: FakeAws;
  readonly wire: AwsWire;
  readonly cloud: Cloud;
  /** What was printed for the person. */
  readonly printed: string[];
  readonly steps: string[];
  run(asked: Asked): Promise<TeardownReport>;
}

/** Opens a harness; it is closed when the test ends. */
export async function openTeardownHarness(): Promise<TeardownHarness> {
  const aws = new FakeAws();
  const wire = await startAwsWire(aws.answer);
  for (const [name, value] of Object.entries(wire.env)) vi.stubEnv(name, value);
  const cloud = openCloud();
  onTestFinished(async () => {
    cloud.close();
    await wire.close();
    vi.unstubAllEnvs();
  });
  const printed: string[] = [];
  const steps: string[] = [];
  return {
    aws,
    wire,
    cloud,
    printed,
    steps,
    run({ stage, regions, typed = stage, ...options }) {
      const terminal = fakeTerminal({ printed, steps, typed });
      return tearDown(cloud, stageTarget(TOPOLOGY, { stage, regions }), {
        ports: awsTeardownPorts(cloud, { timeoutMs: 5_000, pollMs: 1 }),
        terminal,
        holder: { id: randomUUID(), by: 'kim@desk', pid: 1, since: '2026-01-01T00:00:00.000Z' },
        signal: AbortSignal.timeout(20_000),
        isPartial: regions !== undefined,
        isDryRun: false,
        deleteData: false,
        waitMs: 0,
        patienceMs: 0,
        ...options,
      });
    },
  };
}

function fakeTerminal({
  printed,
  steps,
  typed,
}: {
  printed: string[];
  steps: string[];
  typed: string;
}): Terminal {
  let nowMs = 1_700_000_100_000;
  return {
    clock: {
      nowMs: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms;
      },
    },
    print: (text) => void printed.push(text),
    result: (text) => void printed.push(text),
    during: (text, work) => {
      steps.push(text);
      return work(() => undefined);
    },
    ask: async () => typed,
    confirm: async () => undefined,
  };
}
