import { afterEach, describe, expect, test, vi } from 'vitest';
import { topology } from '../../../../amplify/topology.ts';
import { type Cloud, openCloud } from '../../src/cloud/region-clients.ts';
import { placeStage } from '../../src/cloud/stage-place.ts';
import { examineAll, requireFit } from '../../src/deploy/preflight.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { AwsFault, type AwsWire, startAwsWire } from '../cloud/aws-wire.ts';

const signal = new AbortController().signal;
const finding = (level: Finding['level'], check: string): Finding => ({
  level,
  check,
  stage: 'main',
  what: `${check} is so`,
  remedy: `mend ${check}`,
});

let wire: AwsWire;
let cloud: Cloud;

describe('examineAll()', () => {
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
      const place = placeStage(topology, { stage });
      const findings = await examineAll({ topology, place, cloud, signal });
      expect(findings.map(({ check }) => check)).toEqual(
        expect.arrayContaining(['node', 'topology', 'credentials']),
      );
      expect(() => requireFit(findings, place.stage)).toThrow(/credentials/);
    },
  );
});

describe('requireFit()', () => {
  test('lets warnings pass', () => {
    expect(() => requireFit([finding('warning', 'quotas'), finding('ok', 'zone')], 'main')).not.toThrow();
  });

  test('names every fault with its remedy and nothing else', () => {
    const findings = [finding('fault', 'bootstrap'), finding('warning', 'quotas'), finding('fault', 'zone')];
    expect(() => requireFit(findings, 'main')).toThrow(
      /there are 2 faults.*bootstrap is so.*mend bootstrap.*zone is so/s,
    );
    expect(() => requireFit(findings, 'main')).not.toThrow(/quotas/);
  });
});
