import { request as httpRequest } from 'node:http';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SecretStore } from '../../src/secrets-manager/secret-store.ts';
import { startSecretsManager } from '../../src/secrets-manager/secrets-manager.ts';
import { dataFolder, ELSEWHERE, HOME, NAME, REPLICA, secretDefinition } from './secrets-fixture.ts';

async function started() {
  const store = new SecretStore(dataFolder());
  store.apply([secretDefinition()]);
  const gone = new Set<string>();
  const known = new Set([HOME, REPLICA]);
  const listener = await startSecretsManager({
    listen: { host: '127.0.0.1', port: 0 },
    store,
    statusOf: (region) => (gone.has(region) ? 'gone' : known.has(region) ? 'up' : 'unknown'),
  });
  onTestFinished(() => listener.close());
  return { ...listener, store, gone, client: (region: string) => clientOf(listener.url, region) };
}

function clientOf(endpoint: string, region: string): SecretsManagerClient {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new SecretsManagerClient({ endpoint, region, credentials, maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return client;
}

const authorization = (scope: string) =>
  `AWS4-HMAC-SHA256 Credential=k/${scope}/aws4_request, SignedHeaders=host, Signature=0`;
const SIGNED = {
  authorization: authorization(`20260101/${REPLICA}/secretsmanager`),
  'x-amz-target': 'secretsmanager.GetSecretValue',
};

async function post(url: string, body: string, headers: Record<string, string> = SIGNED) {
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as { __type?: string; Message?: string } };
}

describe('startSecretsManager() to the AWS SDK', () => {
  test('gives a value in every region that has it, with the members of AWS', async () => {
    const { client, store } = await started();
    const { text } = store.get({ region: HOME, secretId: NAME });
    for (const region of [HOME, REPLICA]) {
      const value = await client(region).send(new GetSecretValueCommand({ SecretId: NAME }));
      expect(value).toMatchObject({
        ...{ Name: NAME, SecretString: text, VersionStages: ['AWSCURRENT'] },
        ARN: `arn:aws:secretsmanager:${region}:123456789012:secret:${NAME}-abc123`,
      });
      expect(Math.abs(Number(value.CreatedDate) - Date.now())).toBeLessThan(60_000);
    }
  });

  test('takes a new value at home only, and gives it in every region', async () => {
    const { client } = await started();
    const put = new PutSecretValueCommand({ SecretId: NAME, SecretString: 'next' });
    await expect(client(REPLICA).send(put)).rejects.toThrow(
      expect.objectContaining({ name: 'InvalidRequestException' }),
    );
    expect(await client(HOME).send(put)).toMatchObject({ VersionStages: ['AWSCURRENT'] });
    const read = new GetSecretValueCommand({ SecretId: NAME });
    expect((await client(REPLICA).send(read)).SecretString).toBe('next');
  });

  test('throws what AWS throws for a secret, and for a region, that there is not', async () => {
    const { client } = await started();
    const read = (region: string, SecretId: string) =>
      client(region).send(new GetSecretValueCommand({ SecretId }));
    await expect(read(REPLICA, 'other')).rejects.toThrow(
      expect.objectContaining({ name: 'ResourceNotFoundException' }),
    );
    await expect(read(ELSEWHERE, NAME)).rejects.toThrow(
      expect.objectContaining({ name: 'UnrecognizedClientException' }),
    );
  });

  test('gives no answer for a region that is gone, and goes on for the others', async () => {
    const { client, gone } = await started();
    const read = new GetSecretValueCommand({ SecretId: NAME });
    gone.add(REPLICA);
    await expect(client(REPLICA).send(read)).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect((await client(HOME).send(read)).Name).toBe(NAME);
    gone.clear();
    expect((await client(REPLICA).send(read)).Name).toBe(NAME);
  });
});

describe('startSecretsManager() refuses', () => {
  test.each([
    ['a request without a signature', {}, 'MissingAuthenticationTokenException'],
    ['an unreadable signature', { authorization: 'Bearer x' }, 'IncompleteSignatureException'],
    [
      'a signature for another service',
      { authorization: authorization(`20260101/${REPLICA}/dynamodb`) },
      'IncompleteSignatureException',
    ],
    [
      'an operation that is not emulated',
      { ...SIGNED, 'x-amz-target': 'secretsmanager.DeleteSecret' },
      'UnknownOperationException',
    ],
    ['no operation', { authorization: SIGNED.authorization }, 'UnknownOperationException'],
    ['what every object has', { ...SIGNED, 'x-amz-target': 'constructor' }, 'UnknownOperationException'],
  ])('%s', async (_, headers, code) => {
    const { url } = await started();
    expect(await post(url, '{}', headers)).toMatchObject({ status: 400, body: { __type: code } });
  });

  test.each([
    ['no JSON', '{"SecretId":"private', 'SerializationException'],
    ['no object', '[]', 'InvalidParameterException'],
    ['no secret', '{}', 'InvalidParameterException'],
    ['a name that is too long', JSON.stringify({ SecretId: 'x'.repeat(2_049) }), 'InvalidParameterException'],
  ])('a body that is %s, and repeats none of it', async (_, body, code) => {
    const { url } = await started();
    const answer = await post(url, body);
    expect(answer).toMatchObject({ status: 400, body: { __type: code } });
    expect(answer.body.Message).not.toContain('private');
  });

  test('a value over 64 KiB, and a body over 160 KiB', async () => {
    const { url } = await started();
    const headers = { ...SIGNED, 'x-amz-target': 'secretsmanager.PutSecretValue' };
    const put = (bytes: number) =>
      post(url, JSON.stringify({ SecretId: NAME, SecretString: 'x'.repeat(bytes) }), headers);
    expect(await put(65_537)).toMatchObject({ status: 400, body: { __type: 'InvalidParameterException' } });
    expect(await put(170_000)).toMatchObject({ status: 413 });
  });

  test('a host that is not a loopback name', async () => {
    const { url } = await started();
    const status = await new Promise((resolve, reject) => {
      const asking = httpRequest(
        url,
        { method: 'POST', headers: { ...SIGNED, host: 'evil.test' } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      asking.on('error', reject);
      asking.end('{}');
    });
    expect(status).toBe(403);
  });
});
