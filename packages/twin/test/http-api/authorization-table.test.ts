import { routes } from '@gsp/platform/contract';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpApiEvent } from '../../src/http-api/payload-v2.ts';
import { type HttpApi, startHttpApi } from '../../src/http-api/start-http-api.ts';
import type { LogEntry } from '../../src/log-entry.ts';
import { apiDefinitionWith } from './authorized-api-fixture.ts';
import { answering } from './http-api-fixture.ts';
import { OPERATOR, send, signed, type WireRequest } from './signed-request-fixture.ts';
import { makeSigningKey, startTokenIssuer, type TokenIssuer } from './token-issuer-fixture.ts';

let issuer: TokenIssuer;
let other: TokenIssuer;
let api: HttpApi;
let port: number;
let lines: LogEntry[];

beforeAll(async () => {
  [issuer, other] = await Promise.all([startTokenIssuer(), startTokenIssuer()]);
  const definition = apiDefinitionWith({
    issuers: [{ issuer: issuer.issuer, audiences: ['shop'] }],
    readScopes: ['items/read'],
    writeScopes: ['items/write'],
  });
  lines = [];
  api = await startHttpApi({
    definition,
    region: 'eu-west-1',
    accountId: '123456789012',
    listen: [{ host: '127.0.0.1', port: 0 }],
    invoke: answering((event: HttpApiEvent) => event),
    log: (entry) => lines.push(entry),
    credentials: [OPERATOR],
  });
  port = api.addresses[0]?.port ?? 0;
}, 60_000);
afterAll(async () => {
  await Promise.all([api.close({ graceMs: 0 }), issuer.close(), other.close()]);
});

const now = () => Math.floor(Date.now() / 1000);
const BOTH = 'items/read items/write';
const unsigned = (claims: object) => new UnsecuredJWT({ ...claims }).setIssuer(issuer.issuer).encode();

/** Makes the last character but one of the signature another one, which changes bits that count. */
function tampered(token: string): string {
  const at = token.length - 2;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}

/** The same signature under other claims. */
function withClaims(token: string, claims: object): string {
  const [head, , signature] = token.split('.');
  return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}

/** Made once: a key takes long on a busy machine, and every route is asked with it. */
let unknownKey: ReturnType<typeof makeSigningKey> | undefined;

/** What each caller brings in its Authorization header. */
const bearers: Readonly<Record<string, () => Promise<string> | string>> = {
  expired: () => issuer.sign({ aud: 'shop', scope: BOTH, exp: now() - 1 }),
  'not yet valid': () => issuer.sign({ aud: 'shop', scope: BOTH, nbf: now() + 60 }),
  'wrong audience': () => issuer.sign({ aud: 'else', scope: BOTH }),
  'wrong issuer': () => other.sign({ aud: 'shop', scope: BOTH }),
  'wrong issuer that claims to be ours': () => other.sign({ iss: issuer.issuer, aud: 'shop', scope: BOTH }),
  'unknown key': async () => {
    unknownKey ??= makeSigningKey('unknown');
    return issuer.sign({ aud: 'shop', scope: BOTH }, { key: await unknownKey });
  },
  'tampered signature': async () => tampered(await issuer.sign({ aud: 'shop', scope: BOTH })),
  'tampered claims': async () => {
    const claims = { iss: issuer.issuer, aud: 'shop', scope: BOTH, exp: now() + 300 };
    return withClaims(await issuer.sign({ aud: 'shop', scope: 'items/read' }), claims);
  },
  'alg none': () => unsigned({ aud: 'shop', scope: BOTH, exp: now() + 300 }),
  'HS256 with the public key': () =>
    new SignJWT({ iss: issuer.issuer, aud: 'shop', scope: BOTH, exp: now() + 300 })
      .setProtectedHeader({ alg: 'HS256', kid: issuer.key.kid })
      .sign(Buffer.from(issuer.key.publicPem)),
  'no token at all': () => 'nonsense',
  'wrong scope': () => issuer.sign({ aud: 'shop', scope: 'items items/readx' }),
  'no scope': () => issuer.sign({ aud: 'shop' }),
  'read scope': () => issuer.sign({ aud: 'shop', scope: 'items/read' }),
  'write scope': () => issuer.sign({ aud: 'shop', scope: 'items/write' }),
  'both scopes': () => issuer.sign({ aud: 'shop', scope: BOTH }),
};

const callers = ['anonymous', 'IAM-signed', 'IAM-signed by a stranger', ...Object.keys(bearers)];

/** What a caller gets on a route: the table itself. */
function expectedStatus(route: (typeof routes)[number], caller: string): number {
  if (route.authorization === 'none') return 200;
  if (route.authorization === 'iam') return caller === 'IAM-signed' ? 200 : 403;
  const scopes: Readonly<Record<string, readonly string[]>> = {
    'wrong scope': [],
    'no scope': [],
    'read scope': ['read'],
    'write scope': ['write'],
    'both scopes': ['read', 'write'],
  };
  const given = scopes[caller];
  if (given === undefined) return 401;
  return given.includes(route.scope) ? 200 : 403;
}

async function requestOf(route: (typeof routes)[number], caller: string): Promise<WireRequest> {
  const { method } = route;
  const path = route.path.replaceAll(/\{\w+\}/g, 'a');
  const host = `127.0.0.1:${port}`;
  if (caller.startsWith('IAM-signed')) {
    const secret = caller === 'IAM-signed' ? {} : { accessKeyId: 'AKIASTRANGERSTRANGER' };
    return signed({ method, path }, { host, ...secret });
  }
  const token = await bearers[caller]?.();
  const headers = token === undefined ? { host } : { host, authorization: `Bearer ${token}` };
  return { method, target: path, headers, body: '' };
}

describe('authorization', () => {
  test.each(callers)('of every route holds when the caller is: %s', async (caller) => {
    const found: Record<string, number> = {};
    const expected: Record<string, number> = {};
    for (const route of routes) {
      const key = `${route.method} ${route.path}`;
      const answer = await send(port, await requestOf(route, caller));
      found[key] = answer.status;
      expected[key] = expectedStatus(route, caller);
      if (answer.status === 401) expect(answer.body).toBe('{"message":"Unauthorized"}');
      if (answer.status === 403) expect(answer.body).toBe('{"message":"Forbidden"}');
    }
    expect(found).toEqual(expected);
  });

  test('of what has no route is nobody, so that a problem tells what is wrong', async () => {
    const { status, body } = await send(port, { method: 'PATCH', target: '/write', headers: {}, body: '' });
    expect([status, JSON.parse(body).routeKey]).toEqual([200, '$default']);
  });

  test('lets a browser ask before it sends a token', async () => {
    const headers = {
      origin: 'https://shop.example.com',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization',
    };
    const response = await fetch(`http://127.0.0.1:${port}/items/a/b`, { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toContain('authorization');
  });

  test('tells the function who asks, and with which scopes', async () => {
    const token = await issuer.sign({ aud: 'shop', scope: 'items/read profile' });
    const response = await fetch(`http://127.0.0.1:${port}/items/a`, { headers: { authorization: token } });
    const { requestContext } = (await response.json()) as HttpApiEvent;
    expect(requestContext.authorizer).toEqual({
      jwt: {
        claims: expect.objectContaining({ sub: 'somebody', aud: 'shop' }),
        scopes: ['items/read', 'profile'],
      },
    });
  });

  test('says why in www-authenticate, and never puts a token into the log', async () => {
    const token = await issuer.sign({ aud: 'else', scope: BOTH });
    const url = `http://127.0.0.1:${port}/items/a`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer scope="items/read" error="invalid_token" error_description="the token does not have a valid audience"',
    );
    const text = lines.map(({ message }) => message).join('\n');
    expect(text).toContain('the token does not have a valid audience');
    expect(text).not.toContain(token.split('.')[1]);
  });
});
