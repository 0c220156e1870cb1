import { describe, expect, test, vi } from 'vitest';
import { examineCloud } from '../../../src/doctor/examine-cloud.ts';
import { type AwsCall, AwsFault, CONNECTION_LOST } from '../../cloud/aws-wire.ts';
import { faults, findings, inRegion, of, openAccount, text } from '../examined-account.ts';
import { ACCOUNT, mainTarget } from '../wired-account.ts';

describe('credentials', () => {
  test('examineCloud() examines nothing else when there are no credentials', async () => {
    const account = await openAccount();
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    account.cloud.close();
    const all = await examineCloud({
      target: mainTarget(),
      cloud: account.cloud,
      rootDir: '/nowhere',
      entities: [],
    });
    expect(all.map(({ check, level }) => [check, level])).toEqual([
      ['credentials', 'fault'],
      ['cost', 'note'],
    ]);
    expect(text(all[0] ?? { check: '', stage: null, level: 'ok', what: '' })).toMatch(
      /no AWS credentials were found.*aws sso login/,
    );
    expect(account.wire.calls).toEqual([]);
  });

  test.each([
    [
      'expired',
      new AwsFault('ExpiredToken', 'The security token is expired', 403),
      /have expired.*Sign in again/,
    ],
    [
      'unknown',
      new AwsFault('InvalidClientTokenId', 'The token is invalid', 403),
      /does not know the credentials/,
    ],
    [
      'refused in words of its own',
      new AwsFault('StrangeFault', 'Today is a holiday'),
      /StrangeFault: Today is a holiday/,
    ],
    ['unreachable', CONNECTION_LOST, /does not answer/],
  ])('examineCloud() says so once when credentials are %s in every region', async (_, answer, words) => {
    const all = await findings({ 'sts.GetCallerIdentity': answer });
    expect(faults(all)).toHaveLength(1);
    expect(all[0]).toMatchObject({ check: 'credentials', level: 'fault' });
    expect(all.map(text).join('\n')).toMatch(words);
    expect(of('bootstrap', all)).toEqual([]);
  });

  test('examineCloud() names the region that does not know the credentials when the other does', async () => {
    const answer = inRegion('eu-central-1', new AwsFault('OptInRequired', 'not subscribed', 403), {
      Account: ACCOUNT,
      Arn: 'arn',
      UserId: 'x',
    });
    const all = await findings({ 'sts.GetCallerIdentity': answer });
    expect(faults(all).map(({ what }) => what)).toEqual([expect.stringContaining('eu-central-1')]);
  });

  test('examineCloud() is a fault when regions see different accounts', async () => {
    const answer = ({ region }: AwsCall) => ({
      Account: region === 'eu-west-1' ? ACCOUNT : '999988887777',
      Arn: 'arn',
      UserId: 'x',
    });
    const all = await findings({ 'sts.GetCallerIdentity': answer });
    expect(faults(all)).toMatchObject([{ check: 'account', what: expect.stringContaining('999988887777') }]);
    expect(of('bootstrap', all)).toEqual([]);
  });

  test.each([
    [90, 'ok'],
    [59, 'warning'],
    [-1, 'warning'],
  ] as const)('examineCloud() tells credentials that last %i more minutes as %s', async (minutes, level) => {
    const expiresAt = new Date('2026-11-23T12:00:00Z');
    vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', expiresAt.toISOString());
    const all = await findings({}, { nowMs: () => expiresAt.getTime() - minutes * 60_000 });
    expect(of('credentials', all)).toMatchObject([
      { level, what: expect.stringContaining(`for ${Math.max(0, minutes)} more minutes`) },
    ]);
  });
});
