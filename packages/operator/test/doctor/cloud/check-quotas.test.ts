import { describe, expect, test } from 'vitest';
import { requestsPerSecond } from '../../../src/cost/worst-day.ts';
import { type AwsCall, AwsFault } from '../../cloud/aws-wire.ts';
import { faults, findings, of } from '../examined-account.ts';
import { mainTarget, ZONE } from '../wired-account.ts';

/** What every region lets through in a second, over all routes. */
const admitted = requestsPerSecond(mainTarget());
const words = (value: number) => value.toLocaleString('en');

describe('quotas', () => {
  const quota = (code: string, Value: number) => ({
    'servicequotas.GetServiceQuota': ({ input }: AwsCall) => ({
      Quota: { Value: input.QuotaCode === code ? Value : 100_000 },
    }),
  });

  test.each([
    [
      'L-B99A9384',
      10,
      `10 concurrent executions of Lambda, but ${admitted / 10} are needed (${words(admitted)} requests/s of 100 ms)`,
    ],
    [
      'L-8A5B8E43',
      admitted - 1,
      `${words(admitted - 1)} requests/s of API Gateway, but ${words(admitted)} are needed`,
    ],
    ['L-AB614373', 3_999, '3,999 write units/s of a DynamoDB table, but 4,000 are needed'],
  ])('examineCloud() warns when %s is %i', async (code, value, told) => {
    const warned = of('quotas', await findings(quota(code, value))).filter(
      ({ level }) => level === 'warning',
    );
    expect(warned.map(({ what }) => what)).toEqual([
      expect.stringContaining(`eu-west-1: ${told}`),
      expect.stringContaining(`eu-central-1: ${told}`),
    ]);
    for (const { remedy } of warned) expect(remedy).toContain(code);
  });

  test('the buckets of all routes together stay below what AWS gives an account, so that no flood starves the probes', () => {
    expect(admitted).toBeLessThan(10_000);
    expect(admitted / 10).toBeLessThan(1_000);
  });

  test('examineCloud() takes the default when AWS has no value of the account', async () => {
    const none = new AwsFault('NoSuchResourceException', 'none');
    const all = await findings({
      'servicequotas.GetServiceQuota': none,
      'servicequotas.GetAWSDefaultServiceQuota': { Quota: { Value: 1 } },
    });
    expect(of('quotas', all).map(({ level }) => level)).toEqual(Array(6).fill('warning'));
    const unknown = await findings({
      'servicequotas.GetServiceQuota': none,
      'servicequotas.GetAWSDefaultServiceQuota': none,
    });
    expect(of('quotas', unknown).map(({ level }) => level)).toEqual(Array(6).fill('note'));
  });

  test('examineCloud() says what it could not examine when Service Quotas is not there', async () => {
    const all = await findings({
      'servicequotas.GetServiceQuota': new AwsFault('UnknownOperationException', 'what?'),
    });
    expect(of('quotas', all)).toHaveLength(6);
    for (const finding of of('quotas', all)) {
      expect(finding).toMatchObject({
        level: 'warning',
        what: expect.stringContaining('could not be examined'),
      });
    }
    expect(faults(all)).toEqual([]);
  });

  test.each([
    [0, 200, 'ok'],
    [194, 200, 'ok'],
    [195, 200, 'note'],
    [3, 5, 'warning'],
  ] as const)('examineCloud() judges %i of %i health checks in use as %s', async (Count, Value, level) => {
    const limit = { Limit: { Type: 'MAX_HEALTH_CHECKS_BY_OWNER', Value }, Count };
    const all = await findings({ 'route53.GetAccountLimit': limit }, { topology: { domain: ZONE } });
    const [found] = of('quotas', all).filter(({ what }) => what.includes('health checks'));
    expect(found).toMatchObject({ level, what: expect.stringContaining('6 are needed') });
  });
});
