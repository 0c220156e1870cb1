import { describe, expect, test } from 'vitest';
import { AwsFault } from '../../cloud/aws-wire.ts';
import { faults, findings, inRegion, of, parameter } from '../examined-account.ts';
import { ACCOUNT, ZONE } from '../wired-account.ts';

describe('bootstrap', () => {
  test('examineCloud() gives the command for each region that is not bootstrapped', async () => {
    const missing = new AwsFault('ParameterNotFound', '');
    const all = await findings({ 'ssm.GetParameter': inRegion('eu-central-1', missing, parameter('21')) });
    expect(of('bootstrap', all)).toMatchObject([
      { level: 'ok', what: 'eu-west-1: version 21' },
      { level: 'fault', remedy: `npx cdk bootstrap aws://${ACCOUNT}/eu-central-1` },
    ]);
  });

  test.each([
    ['5', 'fault'],
    ['6', 'ok'],
    ['nonsense', 'fault'],
  ] as const)('examineCloud() judges version %s of a bootstrap as %s', async (version, level) => {
    const all = await findings({ 'ssm.GetParameter': parameter(version) });
    expect(of('bootstrap', all).map((finding) => finding.level)).toEqual([level, level]);
  });

  const BACKENDS = ['eu-west-1', 'eu-central-1'];

  test.each([
    { name: 'with an edge', edge: { cloudFront: true }, regions: [...BACKENDS, 'us-east-1'] },
    { name: 'without an edge', edge: { cloudFront: false }, regions: BACKENDS },
    { name: 'with an edge whose zone is still to be made', hostedZoneId: null, regions: BACKENDS },
  ])('examineCloud() asks for the bootstrap of $regions $name', async ({ regions, ...changes }) => {
    const { edge = { cloudFront: true }, hostedZoneId = ZONE.hostedZoneId } = changes;
    const topology = { domain: { zoneName: ZONE.zoneName, hostedZoneId }, edge };
    const found = of('bootstrap', await findings({}, { topology }));
    expect(found).toMatchObject(regions.map((region) => ({ level: 'ok', what: `${region}: version 21` })));
  });

  test('examineCloud() asks once for us-east-1 where a backend stands there too', async () => {
    const topology = {
      regions: ['us-east-1', 'eu-west-1'] as [string, string],
      ...{ domain: ZONE, edge: { cloudFront: true } },
    };
    const found = of('bootstrap', await findings({}, { topology }));
    expect(found.map(({ what }) => what)).toEqual(['us-east-1: version 21', 'eu-west-1: version 21']);
  });

  test('examineCloud() gives the command for the edge when us-east-1 is not bootstrapped', async () => {
    const missing = new AwsFault('ParameterNotFound', '');
    const all = await findings(
      { 'ssm.GetParameter': inRegion('us-east-1', missing, parameter('21')) },
      { topology: { domain: ZONE, edge: { cloudFront: true } } },
    );
    expect(of('bootstrap', all).at(-1)).toMatchObject({
      level: 'fault',
      what: 'us-east-1: not bootstrapped',
      remedy: `npx cdk bootstrap aws://${ACCOUNT}/us-east-1`,
    });
  });

  test('examineCloud() goes on when one service is denied', async () => {
    const denied = new AwsFault('AccessDeniedException', 'not authorized to perform ssm:GetParameter');
    const all = await findings({ 'ssm.GetParameter': denied });
    expect(of('bootstrap', all)).toMatchObject([
      { level: 'warning', why: expect.stringContaining('permission is needed') },
      { level: 'warning' },
    ]);
    expect(of('stack', all)).toMatchObject([{ level: 'ok' }, { level: 'ok' }]);
    expect(faults(all)).toEqual([]);
  });
});
