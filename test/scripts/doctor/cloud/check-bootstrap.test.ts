import { describe, expect, test } from 'vitest';
import { AwsFault } from '../../cloud/aws-wire.ts';
import { faults, findings, inRegion, of, parameter } from '../examined-account.ts';
import { ACCOUNT } from '../wired-account.ts';

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
