import { createTokenAuthorizer, createTokenVerifier, parseTokenSettings } from '@gsp/platform/http';
import { tokenEnvironment } from '@gsp/platform/infra';
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Invoke } from '../../src/http-api/http-api-definition.ts';
import type { InvocationResult } from '../../src/lambda/invocation-result.ts';
import { apiDefinitionWith } from './authorized-api-fixture.ts';
import { serve } from './http-api-fixture.ts';
import { startTokenIssuer, type TokenIssuer } from './token-issuer-fixture.ts';

let one: TokenIssuer;
let other: TokenIssuer;
let stranger: TokenIssuer;
let definition: ReturnType<typeof apiDefinitionWith>;
let settingsText: string;

beforeAll(async () => {
  [one, other, stranger] = await Promise.all([startTokenIssuer(), startTokenIssuer(), startTokenIssuer()]);
  const tokens = {
    issuers: [
      { issuer: one.issuer, audiences: ['shop'] },
      { issuer: other.issuer, audiences: ['partner'] },
    ],
    readScopes: ['items/read'],
    writeScopes: ['items/write'],
  };
  definition = apiDefinitionWith(tokens);
  settingsText = tokenEnvironment(tokens).TOKENS ?? '';
}, 60_000);
afterAll(() => Promise.all([one, other, stranger].map((each) => each.close())));

let nowMs: number;
let asked: Record<string, unknown>[];
let instead: (() => Promise<InvocationResult>) | undefined;
beforeEach(() => {
  nowMs = Date.now();
  asked = [];
  instead = undefined;
  for (const each of [one, other]) each.answerWith(undefined);
});

/** Signs by the test's clock, which stands still. */
const signed = (issuer: TokenIssuer, claims: JWTPayload) => issuer.sign(claims, { nowMs });

/** The API with the function that verifies tokens, in a new environment. */
async function start() {
  const settings = parseTokenSettings(settingsText);
  const verify = createTokenVerifier(settings, () => new Date(nowMs));
  const authorize = createTokenAuthorizer({ settings, verify });
  const invoke: Invoke = async (functionName, event) => {
    if (functionName !== 'verifier')
      return { outcome: 'success', requestId: 'r', payload: JSON.stringify(event) };
    asked.push(Object(event));
    if (instead !== undefined) return instead();
    const answer = await authorize(Object(event)).then(
      (result) => ({ payload: JSON.stringify(result) }),
      (error: Error) => ({ error: { errorType: error.name, errorMessage: error.message, trace: [] } }),
    );
    return 'payload' in answer
      ? { outcome: 'success', requestId: 'r', ...answer }
      : { outcome: 'function-error', requestId: 'r', ...answer };
  };
  const { url } = await serve(definition, { invoke, clock: () => nowMs });
  return async (path: string, token?: string, method = 'GET') => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}${path}`, { method, headers });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
}

describe('Lambda authorizer over tokens of several issuers', () => {
  test('lets in whom any of them vouches for, and says which', async () => {
    const ask = await start();
    for (const [issuer, aud] of [
      [one, 'shop'],
      [other, 'partner'],
    ] as const) {
      const { status, body } = await ask('/items/a', await signed(issuer, { aud, scope: 'items/read' }));
      expect(status).toBe(200);
      expect(body.requestContext.authorizer).toEqual({
        lambda: { issuer: issuer.issuer, subject: 'somebody' },
      });
    }
    expect(asked[0]).toMatchObject({
      ...{ version: '2.0', type: 'REQUEST', routeKey: 'GET /items/{pk}', pathParameters: { pk: 'a' } },
      identitySource: [expect.stringMatching(/^Bearer /), 'GET /items/{pk}'],
      routeArn: expect.stringMatching(
        /^arn:aws:execute-api:eu-west-1:123456789012:\w+\/\$default\/GET\/items\/a$/,
      ),
    });
  });

  test.each<[string, () => Promise<string>]>([
    ['of an issuer that is not trusted', () => signed(stranger, { aud: 'shop', scope: 'items/read' })],
    [
      'of a stranger who claims to be trusted',
      () => signed(stranger, { iss: one.issuer, aud: 'shop', scope: 'items/read' }),
    ],
    ['for the audience of the other issuer', () => signed(one, { aud: 'partner', scope: 'items/read' })],
    ['that has expired', () => signed(one, { aud: 'shop', scope: 'items/read', exp: 1 })],
    ['without the scope', () => signed(one, { aud: 'shop', scope: 'items/write' })],
    ['that is none', async () => 'nonsense'],
  ])('refuses a token %s with 403', async (_, token) => {
    const ask = await start();
    expect(await ask('/items/a', await token())).toEqual({ status: 403, body: { message: 'Forbidden' } });
  });

  test('is not asked when there is no token, nor on a public route', async () => {
    const ask = await start();
    expect(await ask('/items/a')).toEqual({ status: 401, body: { message: 'Unauthorized' } });
    expect((await ask('/openapi.json')).status).toBe(200);
    expect(asked).toEqual([]);
  });

  test('is asked once for a token and a route in 300 s, and again for another route', async () => {
    const ask = await start();
    const token = await signed(one, {
      aud: 'shop',
      scope: 'items/read',
      exp: Math.floor(nowMs / 1000) + 3600,
    });
    for (const path of ['/items/a', '/items/b']) expect((await ask(path, token)).status).toBe(200);
    expect(asked).toHaveLength(1);
    expect((await ask('/items/a/b', token, 'PUT')).status).toBe(403);
    expect(asked).toHaveLength(2);
    nowMs += 300_000;
    expect((await ask('/items/a', token)).status).toBe(200);
    expect(asked).toHaveLength(3);
  });

  test('answers 500 when an issuer is lost, which is not kept: its tokens hold once it is back', async () => {
    const ask = await start();
    const token = await signed(one, { aud: 'shop', scope: 'items/read' });
    one.answerWith((response) => response.writeHead(503).end());
    expect(await ask('/items/a', token)).toEqual({ status: 500, body: { message: 'Internal Server Error' } });
    const ofOther = await signed(other, { aud: 'partner', scope: 'items/read' });
    expect((await ask('/items/a', ofOther)).status).toBe(200);
    one.answerWith(undefined);
    expect((await ask('/items/a', token)).status).toBe(200);
  });

  test.each<[string, () => Promise<InvocationResult>]>([
    [
      'says nothing of use',
      async () => ({ outcome: 'success', requestId: 'r', payload: '{"isAuthorized":"yes"}' }),
    ],
    ['says null', async () => ({ outcome: 'success', requestId: 'r', payload: 'null' })],
    ['cannot be asked', () => Promise.reject(new Error('cut'))],
  ])('answers 500 when the function %s', async (_, answer) => {
    instead = answer;
    const ask = await start();
    expect((await ask('/items/a', 'token')).status).toBe(500);
  });
});

describe('parseTokenSettings()', () => {
  test.each([
    undefined,
    '',
    'x',
    '{}',
    '{"issuers":[]}',
    '{"issuers":[{}],"readScopes":[],"writeScopes":[]}',
  ])('parseTokenSettings() refuses %j, so that nobody is let in by mistake', (text) => {
    expect(() => parseTokenSettings(text)).toThrow(/^Cannot verify tokens: .* Deploy the backend again/);
  });
});
