import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { definitionOf, sendRaw, serve } from './http-api-fixture.ts';
import { ECHO, EVACUATE, type IamApi, ROUTES, startIamApi } from './iam-api-fixture.ts';
import { OPERATOR, type SigningOptions, send, signed, type WireRequest } from './signed-request-fixture.ts';

let iam: IamApi;
beforeAll(async () => {
  iam = await startIamApi();
});
afterAll(() => iam.close());

describe('IAM authorizer answers 403', () => {
  const withHeader = (name: string, change: (value: string) => string) => (request: WireRequest) => ({
    ...request,
    headers: { ...request.headers, [name]: change(request.headers[name] ?? '') },
  });
  const without = (name: string) => (request: WireRequest) => ({
    ...request,
    headers: Object.fromEntries(Object.entries(request.headers).filter(([key]) => key !== name)),
  });
  const retarget = (from: string | RegExp, to: string) => (request: WireRequest) => ({
    ...request,
    target: request.target.replace(from, to),
  });
  const flipLast = (text: string): string => `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;

  test.each<[string, (request: WireRequest) => WireRequest, RegExp]>([
    ['another method', (request) => ({ ...request, method: 'DELETE' }), /does not match/],
    ['another path', retarget('/eu-west-1', '/eu-west-2'), /does not match/],
    ['another case of the path', retarget('/eu-west-1', '/EU-west-1'), /does not match/],
    ['a path with a dot segment', retarget('/control', '/control/.'), /dot segments/],
    ['a path that climbs', retarget('/control', '/open/../control'), /dot segments/],
    ['a path with an empty segment', retarget('/control/', '/control//'), /empty or dot segments/],
    ['a path that ends in a slash', retarget('/eu-west-1', '/eu-west-1/'), /does not match/],
    ['another parameter', retarget('dry=no', 'dry=yes'), /does not match/],
    ['one parameter more', retarget('dry=no', 'dry=no&force=1'), /does not match/],
    ['a parameter twice', retarget('dry=no', 'dry=no&dry=no'), /does not match/],
    ['no parameter', retarget('?dry=no', ''), /does not match/],
    ['a parameter of the name __proto__', retarget('dry=no', 'dry=no&__proto__=1'), /__proto__/],
    ['a parameter that cannot be decoded', retarget('dry=no', 'dry=%ff'), /cannot be decoded/],
    ['another signed header', withHeader('x-reason', () => 'none'), /does not match/],
    ['a signed header less', without('x-reason'), /signed header is missing/],
    ['another host', withHeader('host', () => 'localhost'), /does not match/],
    ['another port of the host', withHeader('host', (host) => host.replace(/\d+$/, '80')), /does not match/],
    [
      'another body',
      (request) => ({ ...request, body: '{"reason":"b drill"}' }),
      /x-amz-content-sha256 is not that of the body/,
    ],
    ['no body', (request) => ({ ...request, body: '' }), /x-amz-content-sha256 is not that of the body/],
    [
      'another body, with its own checksum',
      (request) => ({
        ...withHeader('x-amz-content-sha256', () => createHash('sha256').update('{}').digest('hex'))(request),
        body: '{}',
      }),
      /does not match/,
    ],
    [
      'a body that is said to be unsigned',
      withHeader('x-amz-content-sha256', () => 'UNSIGNED-PAYLOAD'),
      /not that of the body/,
    ],
    [
      'a checksum that is not signed',
      withHeader('authorization', (text) => text.replace('x-amz-content-sha256;', '')),
      /x-amz-content-sha256 is not signed/,
    ],
    [
      'a host that is not signed',
      withHeader('authorization', (text) => text.replace('host;', '')),
      /host is not signed/,
    ],
    [
      'a signed header that the scope forgot',
      withHeader('x-amz-more', () => '1'),
      /x-amz-more is not signed/,
    ],
    [
      'a later time',
      withHeader('x-amz-date', (time) => flipLast(time.slice(0, -1)).concat('Z')),
      /does not match/,
    ],
    ['a time in another form', withHeader('x-amz-date', () => '2026-11-22T17:00:00Z'), /not written as/],
    ['no time', without('x-amz-date'), /neither X-Amz-Date nor Date/],
    [
      'another date in the scope',
      withHeader('authorization', (text) => text.replace(/\/\d{8}\//, '/20200101/')),
      /date of its scope/,
    ],
    [
      'another region in the scope',
      withHeader('authorization', (text) => text.replace('eu-west-1', 'eu-central-1')),
      /region eu-central-1, not eu-west-1/,
    ],
    [
      'another service in the scope',
      withHeader('authorization', (text) => text.replace('execute-api', 's3')),
      /service s3/,
    ],
    [
      'another end of the scope',
      withHeader('authorization', (text) => text.replace('aws4_request', 'aws5_request')),
      /aws4_request/,
    ],
    [
      'a scope that is too long',
      withHeader('authorization', (text) => text.replace('aws4_request', 'aws4_request/x')),
      /Credential is not/,
    ],
    [
      'the key of somebody else',
      withHeader('authorization', (text) => text.replace(OPERATOR.accessKeyId, 'AKIATWINOTHEROTHEROT')),
      /does not match/,
    ],
    [
      'a key that does not exist',
      withHeader('authorization', (text) => text.replace(OPERATOR.accessKeyId, 'AKIATWINTESTTESTTESS')),
      /key does not exist/,
    ],
    ['another signature', withHeader('authorization', flipLast), /does not match/],
    ['half a signature', withHeader('authorization', (text) => text.slice(0, -32)), /64 hexadecimal/],
    [
      'a signature that is no number',
      withHeader('authorization', (text) => `${text.slice(0, -1)}x`),
      /64 hexadecimal/,
    ],
    [
      'no list of signed headers',
      withHeader('authorization', (text) => text.replace(/SignedHeaders=[^,]*, /, '')),
      /SignedHeaders is missing/,
    ],
    [
      'a signed header called __proto__',
      withHeader('authorization', (text) => text.replace('SignedHeaders=', 'SignedHeaders=__proto__;')),
      /signed header is missing/,
    ],
    [
      'another algorithm',
      withHeader('authorization', (text) => text.replace('SHA256', 'SHA1')),
      /not AWS4-HMAC/,
    ],
    ['another scheme', withHeader('authorization', () => 'Bearer abc'), /not AWS4-HMAC/],
    ['no signature at all', without('authorization'), /not signed/],
    [
      'a second signature in the URL',
      retarget('dry=no', 'dry=no&X-Amz-Signature=1'),
      /more than one signature/,
    ],
    ['a second one in lower case', retarget('dry=no', 'dry=no&x-amz-signature=1'), /more than one signature/],
  ])('to %s', async (_, tamper, reason) => {
    const request = await iam.sign(EVACUATE);
    expect((await send(iam.port, request)).status).toBe(200);
    await iam.expectRefused(tamper(request), reason);
  });

  test.each<[string, Partial<SigningOptions>, RegExp]>([
    ['for another region', { region: 'eu-central-1' }, /region eu-central-1/],
    ['for another service', { service: 'lambda' }, /service lambda/],
    ['with another secret', { secretAccessKey: 'guessed' }, /does not match/],
    ['with a key of nobody', { accessKeyId: 'AKIA0000000000000000' }, /key does not exist/],
    ['with a session token', { sessionToken: 'token' }, /session token/],
    ['with a session token, presigned', { sessionToken: 'token', presignedSeconds: 60 }, /session token/],
    ['for longer than a week', { presignedSeconds: 0 }, /number of seconds/],
    [
      'with another secret, presigned',
      { secretAccessKey: 'guessed', presignedSeconds: 60 },
      /does not match/,
    ],
    ['for another region, presigned', { region: 'eu-north-1', presignedSeconds: 60 }, /region eu-north-1/],
  ])('to a request signed %s', async (_, options, reason) => {
    await iam.expectRefused(await iam.sign(EVACUATE, options), reason);
  });

  test.each<[string, (request: WireRequest) => WireRequest, RegExp]>([
    ['another lifetime', retarget('X-Amz-Expires=60', 'X-Amz-Expires=61'), /does not match/],
    ['a lifetime of more than a week', retarget('X-Amz-Expires=60', 'X-Amz-Expires=604801'), /up to 604800/],
    ['another parameter', retarget('dry=no', 'dry=yes'), /does not match/],
    ['another body', (request) => ({ ...request, body: '{}' }), /does not match/],
    [
      'a parameter twice',
      (request) => ({ ...request, target: `${request.target}&X-Amz-Expires=60` }),
      /once/,
    ],
    [
      'a second signature of another case',
      (request) => ({ ...request, target: `${request.target}&x-amz-signature=1` }),
      /more than one signature/,
    ],
  ])('to a presigned URL with %s', async (_, tamper, reason) => {
    const request = await iam.sign(EVACUATE, { presignedSeconds: 60 });
    expect((await send(iam.port, request)).status).toBe(200);
    await iam.expectRefused(tamper(request), reason);
  });

  test('to a request of more than five minutes ago or ahead, and to no other', async () => {
    const signedMs = Date.UTC(2026, 10, 22, 23, 59, 50);
    const request = await iam.sign(EVACUATE, { signedMs });
    const presigned = await iam.sign(EVACUATE, { signedMs, presignedSeconds: 3600 });
    const statusAt = async (each: WireRequest, offsetSeconds: number): Promise<number> => {
      iam.setNow(signedMs + offsetSeconds * 1000);
      return (await send(iam.port, each)).status;
    };
    try {
      for (const offset of [-300, 0, 300]) expect(await statusAt(request, offset)).toBe(200);
      for (const offset of [-301, 301]) expect(await statusAt(request, offset)).toBe(403);
      for (const offset of [-300, 3600]) expect(await statusAt(presigned, offset)).toBe(200);
      for (const offset of [-301, 3601]) expect(await statusAt(presigned, offset)).toBe(403);
    } finally {
      iam.setNow(undefined);
    }
  });

  test('to a time that does not exist', async () => {
    const request = await iam.sign(EVACUATE);
    const day = request.headers['x-amz-date']?.slice(0, 8) ?? '';
    const headers = { ...request.headers, 'x-amz-date': `${day}T256199Z` };
    await iam.expectRefused({ ...request, headers }, /too far from now/);
  });

  test('to everybody when no key exists, without waiting for the body', async () => {
    const { port: closed } = await serve(definitionOf({ routes: ROUTES }), { invoke: ECHO });
    const { method, target, headers } = await signed(EVACUATE, { host: `127.0.0.1:${closed}` });
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const bytes = [`${method} ${target} HTTP/1.1`, ...head, 'content-length: 100', '', ''].join('\r\n');
    expect(await sendRaw(closed, bytes, /Forbidden/)).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('and takes no token of the bucket, so that strangers cannot keep the operator out', async () => {
    const routes = ROUTES.map((route) => ({ ...route, throttle: { rateLimit: 0.001, burstLimit: 1 } }));
    const options = { invoke: ECHO, credentials: [OPERATOR] };
    const { port: tight } = await serve(definitionOf({ routes }), options);
    const request = await signed(EVACUATE, { host: `127.0.0.1:${tight}` });
    const forged = { ...request, body: '{}' };
    for (const expected of [403, 403, 403]) expect((await send(tight, forged)).status).toBe(expected);
    expect((await send(tight, request)).status).toBe(200);
    expect((await send(tight, request)).status).toBe(429);
  });

  test('and says why in the log alone, never with a secret', async () => {
    const accessLogFormat = '$context.status $context.authorizer.error';
    const options = { invoke: ECHO, credentials: [OPERATOR] };
    const { port: logged, lines: written } = await serve(
      definitionOf({ routes: ROUTES, accessLogFormat }),
      options,
    );
    const request = await signed(EVACUATE, { host: `127.0.0.1:${logged}`, secretAccessKey: 'gu3ssed' });
    expect((await send(logged, request)).body).toBe('{"message":"Forbidden"}');
    expect(written.map(({ message }) => message)).toEqual([
      'Refused PUT /control/evacuations/eu-west-1: its signature does not match',
      '403 its signature does not match',
    ]);
    expect(JSON.stringify(written)).not.toContain(OPERATOR.secretAccessKey);
  });

  test('to a body over 10 MB it answers 413, whoever signed it', async () => {
    const request = await iam.sign({ method: 'PUT', path: '/a', body: Buffer.alloc(10_485_761) });
    expect((await send(iam.port, request)).status).toBe(413);
  });
});
