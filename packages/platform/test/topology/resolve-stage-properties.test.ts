import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AWS_REGIONS } from '../../src/topology/aws-regions.ts';
import { defineTopology } from '../../src/topology/define-topology.ts';
import { functionName } from '../../src/topology/names.ts';
import { type BackendType, regionsOf, resolveStage, roleOf } from '../../src/topology/resolve-stage.ts';

test('resolveStage() resolves each Region of each stage when the topology was accepted', () => {
  fc.assert(
    fc.property(topologies(), fc.string({ minLength: 1 }), (accepted, anyName) => {
      for (const backendName of [...Object.keys(accepted.stages), anyName]) {
        for (const type of ['branch', 'sandbox', 'standalone'] as const)
          checkEveryRegion(accepted, type, backendName);
      }
    }),
    { numRuns: 200 },
  );
});

function checkEveryRegion(
  accepted: ReturnType<typeof defineTopology>,
  type: BackendType,
  backendName: string,
): void {
  const regions = regionsOf(accepted, { type, name: backendName });
  const backends = regions.map((region) =>
    resolveStage(accepted, { backendType: type, backendName, region }),
  );
  expect(backends.filter(({ role }) => role === 'primary')).toHaveLength(1);
  expect(new Set(backends.map(({ apiName }) => apiName)).size).toBe(regions.length);
  for (const context of backends) {
    expect(context.role).toBe(roleOf(regions, context.region));
    // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
    expect(context.tableName).toMatch(/^[a-zA-Z0-9_.-]{3,255}$/);
    expect(context.apiName.length).toBeLessThanOrEqual(128);
    // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    expect(functionName(context.project, context.stage, 'x'.repeat(14))).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
  }
}

function topologies() {
  const regions = fc.uniqueArray(fc.constantFrom(...AWS_REGIONS), { minLength: 2, maxLength: 4 });
  const stageName = fc
    .oneof(
      fc.constantFrom('main', 'dev', 'Feature/One', 'ünïcode'),
      fc.string({ minLength: 1, maxLength: 12 }),
    )
    .filter((name) => !/^(preview|sandbox)-/.test(name) && name !== '__proto__');
  const stage = fc.record(
    { regions: fc.uniqueArray(fc.constantFrom(...AWS_REGIONS), { minLength: 1, maxLength: 3 }) },
    {
      requiredKeys: [],
    },
  );
  return fc
    .record({
      // More than two Regions cannot fail over, in the topology or in a stage.
      routing: fc.record({ policy: fc.constantFrom('latency' as const, 'weighted' as const) }),
      project: fc.stringMatching(/^[a-z][a-z0-9]{1,23}$/),
      regions,
      stages: fc.dictionary(stageName, stage, { maxKeys: 3 }),
    })
    .map((input) => defineTopology(input));
}
