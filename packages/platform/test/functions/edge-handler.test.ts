// Goal: the api function as it is deployed refuses what did not come through the edge, and asks Secrets Manager for what it
// needs to know and for nothing else. Method: the function with the environment that infrastructure sets, over the wire.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApiHandler } from '../../src/functions/api-handler.ts';
import type { HttpHandler } from '../../src/http/create-http-handler.ts';
import { type SecretsWire, secretsEnvironment, startSecretsWire } from '../store/secrets-wire.ts';
import { call, functionsUnderTest } from './functions-under-test.ts';

const names = { a: 'gsp-main/origin-secret-a', b: 'gsp-main/origin-secret-b' };
const values = { a: 'Zk3vQ8mN1xR7pT5wL2yB9cD4fG6hJ0sA', b: 'qW4eR6tY8uI0oP2aS5dF7gH9jK1lZ3xC' };
const openApi = (handler: HttpHandler, value?: string) =>
  call(handler, 'GET /openapi.json', value === undefined ? {} : { headers: { 'x-origin-verify': value } });

describe('the api function behind an edge', () => {
  const functions = functionsUnderTest();
  let wire: SecretsWire;

  beforeAll(async () => {
    wire = await startSecretsWire();
    for (const [key, each] of Object.entries(secretsEnvironment(wire))) vi.stubEnv(key, each);
  });
  beforeEach(() => {
    wire.answers[names.a] = { value: values.a };
    wire.answers[names.b] = { value: values.b };
  });
  afterAll(() => wire.close());

  /** A fresh execution environment of it. */
  const begin = () => createApiHandler({ ...process.env, ORIGIN_SECRETS: `${names.a},${names.b}` });

  it('answers what presents either secret, and reads both once', async () => {
    const api = begin();
    const before = wire.calls.length;
    for (const value of [values.a, values.b, values.a]) expect((await openApi(api, value)).status).toBe(200);
    const asked = wire.calls.slice(before);
    expect(asked.map(({ target }) => target)).toStrictEqual(Array(2).fill('secretsmanager.GetSecretValue'));
    expect(asked.map(({ region }) => region)).toStrictEqual(['eu-west-1', 'eu-west-1']);
  });

  it('refuses what presents nothing without asking anybody, on unknown routes too', async () => {
    const api = begin();
    const before = wire.calls.length;
    expect((await openApi(api)).status).toBe(403);
    expect((await call(api, '$default', { rawPath: '/nothing' })).status).toBe(403);
    expect(wire.calls).toHaveLength(before);
  });

  it('answers 503 as long as it knows no secret, logs why, and no value', async () => {
    wire.answers[names.a] = { status: 400, name: 'AccessDeniedException', message: 'not authorized' };
    delete wire.answers[names.b];
    const api = begin();
    const { status, headers, body } = await openApi(api, values.a);
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('1');
    expect(JSON.stringify(body)).not.toMatch(/AccessDenied|authorized/);
    const warnings = functions.lines
      .map((line) => JSON.parse(line))
      .filter(({ level, message }) => level === 'WARN' && message.startsWith('Cannot read a secret'));
    expect(warnings.map(({ error }) => error.message)).toStrictEqual([
      expect.stringContaining('AccessDeniedException'),
      expect.stringContaining('ResourceNotFoundException'),
    ]);
    expect(functions.lines.join()).not.toContain(values.a);
  });

  it('answers everybody and asks for no secret where no edge is required', async () => {
    const before = wire.calls.length;
    expect((await openApi(functions.api)).status).toBe(200);
    expect((await openApi(functions.api, 'anything')).status).toBe(200);
    expect(wire.calls).toHaveLength(before);
  });

  it('does not keep probes and operators out', async () => {
    expect((await call(functions.health, 'GET /health/live')).status).toBe(200);
    expect((await call(functions.control, 'GET /control/evacuations')).status).not.toBe(403);
  });
});
