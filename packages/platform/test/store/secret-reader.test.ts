import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSecretReader, SecretUnavailableError } from '../../src/store/secret-reader.ts';
import {
  type SecretsAnswer,
  type SecretsWire,
  secretsEnvironment,
  startSecretsWire,
} from './secrets-wire.ts';

const name = 'gsp-main/origin-secret-a';
const value = 'Zk3vQ8mN1xR7pT5wL2yB9cD4fG6hJ0sA';
const inTime = () => new AbortController().signal;

describe('createSecretReader()', () => {
  let wire: SecretsWire;

  beforeAll(async () => {
    wire = await startSecretsWire();
    for (const [key, each] of Object.entries(secretsEnvironment(wire))) vi.stubEnv(key, each);
  });
  afterEach(() => {
    for (const each of Object.keys(wire.answers)) delete wire.answers[each];
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await wire.close();
  });

  const failureOf = async (answer: SecretsAnswer, signal = inTime()): Promise<SecretUnavailableError> => {
    wire.answers[name] = answer;
    const read = createSecretReader({ region: 'eu-central-1', attemptTimeoutMs: 150 });
    const failure = await read(name, { signal }).catch((error: unknown) => error);
    if (failure instanceof SecretUnavailableError) return failure;
    throw new Error(`Cannot take ${String(failure)} for the reader's own error`);
  };

  it('reads the current value, in its own region, by one action', async () => {
    wire.answers[name] = { value };
    const before = wire.calls.length;
    const read = createSecretReader({ region: 'eu-central-1' });
    expect(await read(name, { signal: inTime() })).toBe(value);
    expect(wire.calls.slice(before)).toStrictEqual([
      { target: 'secretsmanager.GetSecretValue', body: { SecretId: name }, region: 'eu-central-1' },
    ]);
  });

  it.each([
    ['ResourceNotFoundException', 400, 'Deploy the primary'],
    ['AccessDeniedException', 400, 'Deploy this region again'],
    ['DecryptionFailure', 400, 'key that encrypts'],
    ['InvalidRequestException', 400, 'scheduled for deletion'],
    ['ThrottlingException', 400, 'asked for again by itself'],
    ['InternalServiceError', 500, 'asked for again by itself'],
  ])('says what to do about %s', async (fault, status, remedy) => {
    const failure = await failureOf({ status, name: fault });
    expect(failure.message).toMatch(/^Cannot read the secret gsp-main\/origin-secret-a of eu-central-1: /);
    expect(failure.message).toContain(`Secrets Manager answers ${fault}`);
    expect(failure.message).toContain(remedy);
    expect(failure.cause).toHaveProperty('name', fault);
  });

  it('repeats once what was throttled, and no more', async () => {
    const before = wire.calls.length;
    await failureOf({ status: 400, name: 'ThrottlingException' });
    expect(wire.calls.length - before).toBe(2);
  });

  it('says that there is no answer when the connection breaks', async () => {
    expect((await failureOf('hang up')).message).toContain('gives no answer (ECONNRESET)');
  });

  it('gives up when no answer comes in time', async () => {
    const startedAtMs = performance.now();
    expect((await failureOf('no answer')).message).toContain('gives no answer (ETIMEDOUT)');
    expect(performance.now() - startedAtMs).toBeLessThan(3_000);
  });

  it('gives up when it is told to', async () => {
    const abort = new AbortController();
    const failure = failureOf('no answer', abort.signal);
    abort.abort();
    expect((await failure).cause).toHaveProperty('name', 'AbortError');
  });

  it.each([
    ['is bytes', { binary: Buffer.from(value).toString('base64') }],
    ['is empty', { value: '' }],
    ['is short enough to be guessed', { value: 'fifteen letters'.replace(' ', '-') }],
    ['ends with a line break', { value: `${value}\n` }],
    ['has letters that no header carries', { value: `${value}ü` }],
  ])('refuses a secret that %s, and says nothing of it', async (_, answer) => {
    const failure = await failureOf(answer);
    expect(failure.message).toMatch(/^Cannot use the secret gsp-main\/origin-secret-a of eu-central-1: /);
    expect(failure.message).not.toContain(value);
  });

  it.each(['', 'not JSON', '[]', '{"SecretString":7}'])('takes %j for no value', async (raw) => {
    await failureOf({ raw });
  });
});
