import { afterEach, describe, expect, test, vi } from 'vitest';
import { testProject } from '../../../../test/project/test-project.ts';
import { topology } from '../../../../test/project/topology.ts';
import { type Cloud, openCloud } from '../../src/cloud/region-clients.ts';
import { stageTarget } from '../../src/cloud/stage-target.ts';
import { assertChecksPassed, runChecks } from '../../src/deploy/preflight.ts';
import type { CheckResult } from '../../src/doctor/check-result.ts';
import { AwsFault, type AwsWire, startAwsWire } from '../cloud/aws-wire.ts';

const signal = new AbortController().signal;
const rootDir = await testProject();
const finding = (level: CheckResult['level'], check: string): CheckResult => ({
  level,
  check,
  stage: 'main',
  what: `${check} is so`,
  remedy: `mend ${check}`,
});

let wire: AwsWire;
let cloud: Cloud;

describe('runChecks()', () => {
  afterEach(async () => {
    cloud.close();
    vi.unstubAllEnvs();
    await wire.close();
  });

  test.each(['main', 'some-branch'])(
    'examines this machine and the account for %s, and finds what AWS refuses',
    async (stage) => {
      wire = await startAwsWire(() => new AwsFault('ExpiredToken', 'The security token has expired', 403));
      for (const [name, value] of Object.entries(wire.env)) vi.stubEnv(name, value);
      cloud = openCloud();
      const target = stageTarget(topology, { stage });
      const findings = await runChecks({
        rootDir,
        topology,
        target,
        cloud,
        signal,
        forecast: { allowed: [] },
      });
      expect(findings.map(({ check }) => check)).toEqual(
        expect.arrayContaining(['node', 'topology', 'credentials']),
      );
      expect(() => assertChecksPassed(findings, target.stage)).toThrow(/credentials/);
    },
  );
});

describe('assertChecksPassed()', () => {
  test('lets warnings pass', () => {
    expect(() =>
      assertChecksPassed([finding('warning', 'quotas'), finding('ok', 'zone')], 'main'),
    ).not.toThrow();
  });

  test('names every fault with its remedy and nothing else', () => {
    const findings = [finding('fault', 'bootstrap'), finding('warning', 'quotas'), finding('fault', 'zone')];
    expect(() => assertChecksPassed(findings, 'main')).toThrow(
      /there are 2 faults.*bootstrap is so.*mend bootstrap.*zone is so/s,
    );
    expect(() => assertChecksPassed(findings, 'main')).not.toThrow(/quotas/);
  });
});
