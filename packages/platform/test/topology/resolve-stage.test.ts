import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { branchOf, defineTopology, listedStages } from '../../src/topology/define-topology.ts';
import { LOCAL_HOSTED_ZONE_ID } from '../../src/topology/names.ts';
import { type BackendType, regionsOf, resolveStage } from '../../src/topology/resolve-stage.ts';
import { TopologyError } from '../../src/topology/topology-error.ts';

const topology = defineTopology({
  project: 'shop',
  regions: ['eu-west-1', 'eu-central-1'],
  table: { pointInTimeRecovery: true },
  stages: {
    main: { table: { deletionProtection: true }, logs: { retentionDays: 30 } },
    dev: { regions: ['eu-west-1'] },
    'release/2': {},
  },
});
const branch = (backendName: string, region: string | undefined) =>
  resolveStage(topology, { backendType: 'branch', backendName, region });
const sandbox = (backendName: string, region: string) =>
  resolveStage(topology, { backendType: 'sandbox', backendName, region });

describe('resolveStage', () => {
  test('resolveStage() gives the first Region the primary role when the stage is listed', () => {
    expect(branch('main', 'eu-west-1')).toMatchObject({ stage: 'main', kind: 'listed', role: 'primary' });
    expect(branch('main', 'eu-central-1')).toMatchObject({
      stage: 'main',
      kind: 'listed',
      role: 'secondary',
    });
  });

  test('resolveStage() computes the same table and Regions when asked in any Region', () => {
    const [one, other] = [branch('main', 'eu-west-1'), branch('main', 'eu-central-1')];
    expect(one.tableName).toBe('shop-main-items');
    expect(other).toMatchObject({ tableName: one.tableName, regions: one.regions, settings: one.settings });
    expect([one.apiName, other.apiName]).toEqual(['shop-main-eu-west-1', 'shop-main-eu-central-1']);
  });

  test('resolveStage() changes only what the stage says when it overrides settings', () => {
    const { settings } = branch('main', 'eu-west-1');
    expect(settings.table).toMatchObject({ deletionProtection: true, pointInTimeRecovery: true });
    expect(settings.logs).toEqual({ retentionDays: 30, level: 'info' });
  });

  test('resolveStage() treats a standalone deployment as the branch of that name', () => {
    const standalone = resolveStage(topology, {
      backendType: 'standalone',
      backendName: 'main',
      region: 'eu-west-1',
    });
    expect(standalone).toEqual(branch('main', 'eu-west-1'));
  });

  describe('branch', () => {
    const renamed = defineTopology({
      project: 'shop',
      regions: ['eu-west-1', 'eu-central-1'],
      stages: { prod: { branch: 'main' }, dev: {}, preview: { regions: ['eu-central-1'] } },
    });
    const stageOf = (backendType: BackendType, backendName: string) =>
      resolveStage(renamed, { backendType, backendName, region: 'eu-central-1' }).stage;

    test('resolveStage() makes a branch the stage that names it', () => {
      expect(stageOf('branch', 'main')).toBe('prod');
      expect(stageOf('branch', 'dev')).toBe('dev');
    });

    test("resolveStage() makes a branch a preview when it has a stage's name and the stage has another branch", () => {
      expect(stageOf('branch', 'prod')).toBe('preview-prod');
    });

    test('resolveStage() takes a standalone deployment for the stage of its name, whichever branch that has', () => {
      expect(stageOf('standalone', 'prod')).toBe('prod');
      expect(stageOf('standalone', 'main')).toBe('preview-main');
    });

    test('resolveStage() gives each branch exactly one stage, and no two branches the same', () => {
      const name = fc.constantFrom('main', 'dev', 'prod', 'trunk', 'Main', 'preview', 'release/1');
      const stages = fc.dictionary(name, fc.record({ branch: name }, { requiredKeys: [] }), { maxKeys: 5 });
      fc.assert(
        fc.property(stages, fc.uniqueArray(name, { minLength: 1 }), (given, branches) => {
          let accepted: ReturnType<typeof defineTopology>;
          try {
            accepted = defineTopology({
              project: 'shop',
              regions: ['eu-west-1', 'eu-central-1'],
              stages: given,
            });
          } catch (error) {
            expect(error).toBeInstanceOf(TopologyError);
            return;
          }
          const backends = branches.map((backendName) =>
            resolveStage(accepted, { backendType: 'branch', backendName, region: 'eu-west-1' }),
          );
          expect(new Set(backends.map(({ tableName }) => tableName)).size).toBe(branches.length);
          for (const [index, context] of backends.entries()) {
            const owners = listedStages(accepted).filter(
              (stage) => branchOf(accepted, stage) === branches[index],
            );
            expect(owners.length).toBe(context.kind === 'listed' ? 1 : 0);
          }
        }),
        { numRuns: 500 },
      );
    });
  });

  test('resolveStage() makes a preview in one Region when the branch is not listed', () => {
    const context = branch('fix-login', 'eu-central-1');
    expect(context).toMatchObject({ kind: 'preview', stage: 'preview-fix-login', role: 'primary' });
    expect(context.regions).toEqual(['eu-central-1']);
    expect(context.settings.table.deletionProtection).toBe(false);
  });

  test("resolveStage() makes a sandbox in the shell's Region when the topology does not list it", () => {
    expect(sandbox('ann', 'us-east-1')).toMatchObject({
      stage: 'sandbox-ann',
      regions: ['us-east-1'],
      role: 'primary',
    });
  });

  test('resolveStage() drops what a single short-lived replica cannot have when it would inherit it', () => {
    const strong = defineTopology({
      project: 'shop',
      regions: ['eu-west-1', 'eu-central-1'],
      table: {
        consistency: 'strong',
        timeToLive: false,
        witnessRegion: 'eu-west-3',
        deletionProtection: true,
      },
    });
    const { settings } = resolveStage(strong, {
      backendType: 'sandbox',
      backendName: 'ann',
      region: 'eu-west-1',
    });
    expect(settings.table).toMatchObject({
      consistency: 'eventual',
      witnessRegion: null,
      timeToLive: true,
      deletionProtection: false,
    });
  });

  test('resolveStage() spreads sandboxes over Regions when stages.sandbox names them', () => {
    const wide = defineTopology({
      project: 'shop',
      regions: ['eu-west-1', 'eu-central-1'],
      stages: { sandbox: { regions: ['eu-west-1', 'us-east-1'] } },
    });
    const place = { backendType: 'sandbox', backendName: 'ann' } as const;
    expect(resolveStage(wide, { ...place, region: 'us-east-1' }).role).toBe('secondary');
    expect(() => resolveStage(wide, { ...place, region: 'eu-central-1' })).toThrow(TopologyError);
  });

  describe('domain', () => {
    const own = { zoneName: 'example.com', hostedZoneId: 'Z0ABC' };
    const inZone = (domain: { zoneName: string; hostedZoneId: string | null } | null) =>
      defineTopology({
        project: 'shop',
        regions: ['eu-west-1', 'eu-central-1'],
        domain,
        stages: { main: {}, preview: { regions: ['eu-west-1', 'eu-central-1'] } },
      });
    const place = { backendType: 'branch', region: 'eu-west-1' } as const;

    test('resolveStage() gives a listed stage the domain of the topology in every Region', () => {
      for (const region of ['eu-west-1', 'eu-central-1']) {
        expect(resolveStage(inZone(own), { ...place, backendName: 'main', region }).domain).toEqual(own);
      }
      expect(resolveStage(inZone(null), { ...place, backendName: 'main' }).domain).toBeNull();
    });

    test('resolveStage() gives a short-lived stage no domain, however many Regions it has', () => {
      const preview = resolveStage(inZone(own), { ...place, backendName: 'fix' });
      const sandboxed = resolveStage(inZone(own), { ...place, backendType: 'sandbox', backendName: 'ann' });
      for (const { domain, settings } of [preview, sandboxed]) {
        expect(domain).toBeNull();
        expect(settings.domain).toBeNull();
      }
    });

    test.each([
      ['without a domain', null, 'main', { zoneName: 'gsp.test', hostedZoneId: LOCAL_HOSTED_ZONE_ID }],
      [
        'of which the zone is not made',
        { ...own, hostedZoneId: null },
        'main',
        { zoneName: 'example.com', hostedZoneId: LOCAL_HOSTED_ZONE_ID },
      ],
      ['that is short-lived', own, 'fix', { zoneName: 'gsp.test', hostedZoneId: LOCAL_HOSTED_ZONE_ID }],
      ['that has a zone', own, 'main', own],
    ])(
      'resolveStage() gives a stage %s its local zone only where it needs one',
      (_, domain, backendName, expected) => {
        const context = resolveStage(inZone(domain), { ...place, backendName, localZoneName: 'gsp.test' });
        expect(context.domain).toEqual(expected);
      },
    );

    test('resolveStage() names what is allowed when the local zone is no domain name', () => {
      const resolve = () =>
        resolveStage(inZone(null), { ...place, backendName: 'main', localZoneName: 'GSP.test.' });
      expect(resolve).toThrow("localZoneName: given 'GSP.test.', allowed a domain name in lower case");
    });
  });

  test.each([
    ['us-east-1', "given 'us-east-1', allowed eu-west-1, eu-central-1. Set AWS_REGION"],
    [undefined, 'given nothing, allowed eu-west-1, eu-central-1. Set AWS_REGION'],
  ])('resolveStage() lists the Regions and the remedy when asked in %s', (region, words) => {
    expect(() => branch('main', region)).toThrow(words);
  });

  test.each([
    ['a stage', { backendType: 'branch', backendName: 'main' }, ['https://shop.example.com']],
    ['a preview', { backendType: 'branch', backendName: 'feature/x' }, ['https://shop.example.com']],
    [
      'a sandbox',
      { backendType: 'sandbox', backendName: 'ann' },
      ['https://shop.example.com', 'http://localhost:5173'],
    ],
    [
      'the twin',
      { backendType: 'branch', backendName: 'main', localZoneName: 'shop.test' },
      ['https://shop.example.com', 'http://localhost:5173'],
    ],
  ] as const)("resolveStage() lets pages of one's own machine call %s as it should", (_, target, origins) => {
    const cors = { allowOrigins: ['https://shop.example.com'], localOrigins: ['http://localhost:5173'] };
    const own = defineTopology({
      project: 'shop',
      regions: ['eu-west-1', 'eu-central-1'],
      cors,
      stages: { main: {} },
    });
    expect(resolveStage(own, { region: 'eu-west-1', ...target }).settings.cors.allowOrigins).toEqual(origins);
  });

  test('resolveStage() adds nothing where any page may call', () => {
    const own = defineTopology({
      project: 'shop',
      regions: ['eu-west-1', 'eu-central-1'],
      cors: { allowOrigins: ['*'] },
    });
    const target = { backendType: 'sandbox', backendName: 'ann', region: 'eu-west-1' } as const;
    expect(resolveStage(own, target).settings.cors.allowOrigins).toEqual(['*']);
  });

  test('resolveStage() names the partition when a sandbox is asked for in no Region that exists', () => {
    expect(() => sandbox('ann', 'eu-west-9')).toThrow(
      "given 'eu-west-9', allowed any Region of the aws partition",
    );
  });

  test('resolveStage() keeps stages apart when branch names differ in punctuation or case only', () => {
    const names = ['release/2', 'release-2', 'Release-2', 'release//2', 'release_2'];
    const stages = names.map((name) => branch(name, 'eu-west-1').stage);
    expect(new Set(stages).size).toBe(names.length);
  });
});

describe('regionsOf', () => {
  test("regionsOf() gives the stage's Regions, the primary first", () => {
    expect(regionsOf(topology, { type: 'branch', name: 'main' })).toEqual(['eu-west-1', 'eu-central-1']);
    expect(regionsOf(topology, { type: 'branch', name: 'dev' })).toEqual(['eu-west-1']);
  });

  test('regionsOf() gives one Region when the stage is short-lived', () => {
    expect(regionsOf(topology, { type: 'branch', name: 'fix' })).toEqual(['eu-west-1']);
    expect(regionsOf(topology, { type: 'sandbox', name: 'ann', region: 'us-east-1' })).toEqual(['us-east-1']);
  });
});
