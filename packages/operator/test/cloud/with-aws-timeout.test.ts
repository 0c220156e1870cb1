import { expect, test } from 'vitest';
import { accountOf } from '../../src/cloud/account.ts';
import { withAwsTimeout } from '../../src/cloud/cloud-error.ts';
import { NO_ANSWER } from './aws-wire.ts';
import { wiredCloud } from './wired-cloud.ts';

const DOING = { act: 'look', region: 'eu-west-1' };

test('withAwsTimeout() ends a call that AWS never answers, and says so', async () => {
  const { cloud } = await wiredCloud(() => NO_ANSWER);
  const looking = withAwsTimeout({ ...DOING, timeoutMs: 100 }, (signal) =>
    accountOf(cloud.region('eu-west-1'), signal),
  );
  await expect(looking).rejects.toMatchObject({
    name: 'CloudError',
    reason: 'unreachable',
    message: expect.stringContaining('Cannot look in eu-west-1: there is no answer within 0.1 s'),
  });
});

test('withAwsTimeout() gives what the work gives, and throws what it throws', async () => {
  expect(await withAwsTimeout({ ...DOING, timeoutMs: 1_000 }, async () => 'done')).toBe('done');
  const fault = new TypeError('its own');
  await expect(withAwsTimeout({ ...DOING, timeoutMs: 1_000 }, () => Promise.reject(fault))).rejects.toBe(
    fault,
  );
});
