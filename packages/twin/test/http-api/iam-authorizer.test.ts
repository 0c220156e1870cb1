import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVACUATE, type IamApi, startIamApi } from './iam-api-fixture.ts';
import {
  OPERATOR,
  type SigningOptions,
  send,
  type ToSign,
  type WireRequest,
} from './signed-request-fixture.ts';

let iam: IamApi;
beforeAll(async () => {
  iam = await startIamApi();
});
afterAll(() => iam.close());

describe('IAM authorizer', () => {
  test('lets a request in that the AWS SDK signed, and says who signed it', async () => {
    const { status, body } = await send(iam.port, await iam.sign(EVACUATE));
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      body: EVACUATE.body,
      queryStringParameters: { dry: 'no' },
      requestContext: {
        accountId: '123456789012',
        authorizer: {
          iam: {
            accessKey: OPERATOR.accessKeyId,
            accountId: '123456789012',
            callerId: expect.stringMatching(/^AIDA[A-Z0-9]{17}$/),
            cognitoIdentity: null,
            principalOrgId: null,
            userArn: 'arn:aws:iam::123456789012:user/operator',
            userId: expect.stringMatching(/^AIDA[A-Z0-9]{17}$/),
          },
        },
      },
    });
  });

  test.each<[string, ToSign, Partial<SigningOptions>]>([
    ['without a body', { path: '/control/evacuations' }, {}],
    ['without a checksum header', EVACUATE, { applyChecksum: false }],
    ['with a name for a host', EVACUATE, { host: 'api.gsp.test' }],
    ['with an encoded path', { path: '/items/a%20b%2Fc/%C3%BC~!*()' }, {}],
    ['with a trailing slash', { path: '/control/' }, {}],
    ['with a presigned URL', { path: '/control/evacuations' }, { presignedSeconds: 60 }],
    [
      'with a presigned URL and a query',
      { path: '/a', query: { 'b c': ['2', '1'] } },
      { presignedSeconds: 60 },
    ],
    ['with spaces in a header', { path: '/a', headers: { 'x-reason': ' a   b\tc ' } }, {}],
    ['with binary data', { method: 'PUT', path: '/a', body: Buffer.from([0, 255, 128, 10]) }, {}],
  ])('lets a request in %s', async (_, toSign, options) => {
    expect(await send(iam.port, await iam.sign(toSign, options))).toMatchObject({ status: 200 });
  });

  test('takes Date for the time where there is no X-Amz-Date, and headers that the SDK does not sign', async () => {
    // Signed by hand, step by step after AWS's description, as no SDK signs so.
    const date = new Date(Math.floor(Date.now() / 1000) * 1000);
    const basic = date.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
    const hmac = (key: string | Buffer, text: string): Buffer =>
      createHmac('sha256', key).update(text).digest();
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
    const host = `127.0.0.1:${iam.port}`;
    const names = 'date;host;user-agent';
    const canonical = `GET\n/a\n\ndate:${date.toUTCString()}\nhost:${host}\nuser-agent:hand\n\n${names}\n${sha256('')}`;
    const scope = `${basic.slice(0, 8)}/eu-west-1/execute-api/aws4_request`;
    const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${OPERATOR.secretAccessKey}`);
    const signature = hmac(key as Buffer, `AWS4-HMAC-SHA256\n${basic}\n${scope}\n${sha256(canonical)}`);
    const authorization = `AWS4-HMAC-SHA256 Credential=${OPERATOR.accessKeyId}/${scope},SignedHeaders=${names},Signature=${signature.toString('hex')}`;
    const headers = { host, date: date.toUTCString(), 'user-agent': 'hand', authorization };
    const request: WireRequest = { method: 'GET', target: '/a', headers, body: '' };
    expect(await send(iam.port, request)).toMatchObject({ status: 200 });
    await iam.expectRefused({ ...request, headers: { ...headers, 'user-agent': 'other' } }, /does not match/);
  });

  test('lets everybody in where the route asks for nothing, whatever the signature', async () => {
    const request = await iam.sign({ ...EVACUATE, path: '/open' }, { secretAccessKey: 'wrong' });
    const { status, body } = await send(iam.port, request);
    expect(status).toBe(200);
    expect(JSON.parse(body).requestContext).not.toHaveProperty('authorizer');
  });
});

describe('IAM authorizer, whatever is signed', () => {
  const odd = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom('', ' ', '+', '%2F', '%', '&', '=', 'a b', '/', 'ü', '日本', '🙂', "'", '*', '~', '!()'),
  );
  const name = odd.filter((text) => text !== '__proto__' && !/^x-amz-/i.test(text));
  const query = fc.dictionary(name, fc.oneof(odd, fc.array(odd, { minLength: 1, maxLength: 3 })), {
    maxKeys: 4,
  });
  const body = fc.oneof(
    odd,
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  );
  const segment = odd.map(encodeURIComponent).filter((text) => !['', '.', '..'].includes(text));

  test('lets it in as it is, and not with one parameter or byte more', async () => {
    await fc.assert(
      fc.asyncProperty(query, body, fc.array(segment, { minLength: 1, maxLength: 3 }), async (q, b, path) => {
        const request = await iam.sign({ method: 'PUT', path: `/${path.join('/')}`, query: q, body: b });
        expect((await send(iam.port, request)).status).toBe(200);
        const separator = request.target.includes('?') ? '&' : '?';
        const more = { ...request, target: `${request.target}${separator}more=` };
        expect((await send(iam.port, more)).status).toBe(403);
        const longer = { ...request, body: Buffer.concat([Buffer.from(b), Buffer.from('x')]) };
        expect((await send(iam.port, longer)).status).toBe(403);
      }),
      { numRuns: 150 },
    );
  });

  test('takes a space that is written as +, in any order of parameters', async () => {
    const request = await iam.sign({ path: '/a', query: { b: 'x y', a: ['2', '1'], empty: '' } });
    for (const target of ['/a?a=2&b=x+y&a=1&empty', '/a?empty=&&a=1&a=2&b=x%20y&'])
      expect((await send(iam.port, { ...request, target })).status).toBe(200);
    expect((await send(iam.port, { ...request, target: '/a?a=2&b=x%2By&a=1&empty=' })).status).toBe(403);
  });
});
