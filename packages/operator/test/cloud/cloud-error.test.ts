import { expect, test, vi } from 'vitest';
import { accountOf } from '../../src/cloud/account.ts';
import { CloudError, isTransient, translateAwsError } from '../../src/cloud/cloud-error.ts';
import { openRegion } from '../../src/cloud/region-clients.ts';
import { AwsFault, CONNECTION_LOST } from './aws-wire.ts';
import { wiredCloud } from './wired-cloud.ts';

test.each([
  ['ExpiredToken', 403, 'credentials', 'the AWS credentials have expired'],
  ['AccessDenied', 403, 'denied', 'these credentials are not allowed to'],
  ['InvalidClientTokenId', 403, 'region', 'AWS does not know the credentials there'],
  ['OptInRequired', 403, 'region', 'the account has not enabled it'],
  ['SignatureDoesNotMatch', 403, 'credentials', 'AWS does not accept the signature'],
  ['Throttling', 400, 'unavailable', 'AWS throttles the account'],
  ['ServiceUnavailable', 503, 'unavailable', 'AWS failed to answer'],
] as const)('translateAwsError() says what %s means and what to do', async (code, status, reason, state) => {
  const { cloud } = await wiredCloud(() => new AwsFault(code, 'As AWS says it.', status));
  const error: unknown = await accountOf(cloud.region('eu-west-1')).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CloudError);
  expect(error).toMatchObject({ reason, cause: { name: code } });
  expect(String(error)).toMatch(`Cannot tell the AWS account in eu-west-1: ${state}`);
  expect(String(error)).toMatch('As AWS says it.');
  expect(isTransient(error)).toBe(reason === 'unavailable');
});

test('translateAwsError() calls a lost connection and a port nobody listens on unreachable', async () => {
  const { cloud } = await wiredCloud(() => CONNECTION_LOST);
  await expect(accountOf(cloud.region('eu-west-1'))).rejects.toMatchObject({ reason: 'unreachable' });

  const { wire } = await wiredCloud(() => ({}));
  await wire.close();
  const clients = openRegion('eu-west-1');
  await expect(accountOf(clients)).rejects.toMatchObject({ reason: 'unreachable' });
  clients.close();
});

test('accountOf() says that there are no credentials, and how to get them', async () => {
  const { cloud, wire } = await wiredCloud(() => ({}));
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'AWS_SESSION_TOKEN']) {
    vi.stubEnv(name, undefined);
  }
  await expect(accountOf(cloud.region('eu-west-1'))).rejects.toThrow(
    /^Cannot tell the AWS account in eu-west-1: no AWS credentials were found, they are needed\. Sign in/,
  );
  expect(wire.calls).toEqual([]);
});

test('accountOf() stops when it is told to', async () => {
  const { cloud } = await wiredCloud(() => ({}));
  await expect(accountOf(cloud.region('eu-west-1'), AbortSignal.abort())).rejects.toMatchObject({
    name: 'AbortError',
  });
});

test('translateAwsError() leaves alone what is no matter of asking AWS', () => {
  const doing = { act: 'look', region: 'eu-west-1' };
  const others = [new Error('x'), new CloudError('known'), new TypeError('y'), 'text', undefined];
  expect(others.map((error) => translateAwsError(error, doing))).toEqual(others);
});

test('translateAwsError() tells a sign-in that has expired from one that never was', () => {
  const error = new Error('The SSO session associated with this profile has expired.');
  error.name = 'CredentialsProviderError';
  expect(translateAwsError(error, { act: 'look', region: 'eu-west-1' })).toMatchObject({
    reason: 'credentials',
    message: expect.stringContaining('the AWS credentials have expired'),
  });
});

test('translateAwsError() finds the cause of a lost connection below what wraps it', () => {
  const cause = Object.assign(new Error('self-signed certificate'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' });
  const error = new AggregateError([new Error('wrapped', { cause })], 'all failed');
  expect(translateAwsError(error, { act: 'look', region: 'eu-west-1' })).toMatchObject({
    reason: 'unreachable',
  });
});
