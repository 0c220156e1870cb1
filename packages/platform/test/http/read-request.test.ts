import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../src/contract/exact-json.ts';
import { itemKeySchema } from '../../src/contract/item.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import type { HttpRequest } from '../../src/http/http-message.ts';
import { correlationId, parseJsonBody, parsePath, readRequest } from '../../src/http/read-request.ts';

function request(text: string, isBase64: boolean, contentType?: string): HttpRequest {
  return {
    routeKey: 'POST /write',
    method: 'POST',
    path: '/write',
    headers: contentType === undefined ? {} : { 'content-type': contentType },
    pathParameters: {},
    query: {},
    body: { text, isBase64 },
    correlationId: 'c',
    requestId: 'r',
    signal: new AbortController().signal,
  };
}

const declared = new Set([
  'invalid-request',
  'malformed-body',
  'body-too-large',
  'unsupported-media-type',
  'unsupported-content-encoding',
]);

describe('parseJsonBody()', () => {
  it('returns an object or throws a declared problem, whatever arrives', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    );
    const anyType = fc.oneof(fc.constant('application/json'), fc.string(), fc.constant(undefined));
    fc.assert(
      fc.property(
        anyText,
        fc.boolean(),
        anyType,
        fc.integer({ min: 1, max: 300 }),
        (text, isBase64, type, limit) => {
          try {
            expect(parseJsonBody(request(text, isBase64, type), limit)).toBeTypeOf('object');
          } catch (error) {
            expect(error).toBeInstanceOf(PlatformError);
            expect(declared).toContain(error instanceof PlatformError ? error.code : undefined);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('reads the same object from text and from base64', () => {
    const members = fc
      .dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 })
      .filter((value) => parseExactJson(JSON.stringify(value)).issues.length === 0);
    fc.assert(
      fc.property(members, (members) => {
        const text = JSON.stringify(members);
        const base64 = Buffer.from(text).toString('base64');
        const plain = parseJsonBody(request(text, false, 'application/json'), 100_000);
        expect(JSON.stringify(plain)).toBe(JSON.stringify(JSON.parse(text)));
        expect(parseJsonBody(request(base64, true, 'application/json'), 100_000)).toEqual(plain);
      }),
    );
  });

  it('refuses nesting far deeper than anything that is stored', () => {
    const deep = `{"data":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(() => parseJsonBody(request(deep, false, 'application/json'), 200_000)).toThrow(/64 levels/);
  });

  it.each([
    ['{"data":{"n":[1,9007199254740993]}}', ['data', 'n', 1]],
    ['{"data":0.123456789012345678901234567890}', ['data']],
    ['{"data":1e400}', ['data']],
    ['{"ignored":1e-400}', ['ignored']],
    ['{"data":{"a":1,"a":2}}', ['data', 'a']],
    ['{"pk":"a","pk":"b"}', ['pk']],
    ['[1e400]', [0]],
  ])('refuses what would be changed without a word, with its path: %s', (text, path) => {
    for (const isBase64 of [false, true]) {
      const sent = isBase64 ? Buffer.from(text).toString('base64') : text;
      const parse = () => parseJsonBody(request(sent, isBase64, 'application/json'), 200_000);
      expect(parse).toThrow(
        expect.objectContaining({ code: 'invalid-request', issues: [expect.objectContaining({ path })] }),
      );
    }
  });
});

const newId = () => 'new';

describe('correlationId()', () => {
  it('keeps 1 to 128 printable ASCII characters', () => {
    const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 128 });
    fc.assert(
      fc.property(printable, (received) => {
        expect(correlationId(received, newId)).toBe(received);
      }),
    );
  });

  it.each([undefined, '', 'x'.repeat(129), 'a\nb', 'a\u0000', 'é', 'a\u007f', '\t'])(
    'makes a new one for %j',
    (received) => {
      expect(correlationId(received, newId)).toBe('new');
    },
  );

  it('gives only what a header can carry, whatever was received', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (received) => {
        expect(correlationId(received, newId)).toMatch(/^[\x20-\x7e]{1,128}$/);
      }),
    );
  });
});

describe('parsePath()', () => {
  const parse = (pk: string, sk: string) => parsePath(itemKeySchema, { pathParameters: { pk, sk } });

  it('reads keys as they are written in a path, and as percent-encoding leaves them', () => {
    expect(parse('acme~2Feu', '~2E~2E')).toStrictEqual({ pk: 'acme/eu', sk: '..' });
    expect(parse('acme/eu', 'é')).toStrictEqual({ pk: 'acme/eu', sk: 'é' });
  });

  it('judges the key, not how it is written', () => {
    expect(parse('~F0~9F~92~A9'.repeat(64), 'a').pk).toBe('💩'.repeat(64));
    for (const pk of ['a'.repeat(65), '~20', 'sys~23a'])
      expect(() => parse(pk, 'a')).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });

  it.each(['~', 'a~zz', '~E9'])('refuses %s and names the key', (sk) => {
    expect(() => parse('a', sk)).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        issues: [expect.objectContaining({ path: ['sk'] })],
      }),
    );
  });
});

describe('readRequest()', () => {
  const ownerOf = (authorizer?: object) => {
    const event = authorizer === undefined ? {} : { requestContext: { authorizer } };
    return readRequest(event, {}, { newId: () => 'c', signal: new AbortController().signal }).owner;
  };

  it('tells a token that names nobody from none: whoever brings it owns nothing', () => {
    expect(ownerOf({ jwt: { claims: { iss: 'i', sub: 'ada' } } })).toBe('ada');
    expect(ownerOf({ lambda: { issuer: 'i', subject: 'ada' } })).toBe('ada');
    expect(ownerOf({ jwt: { claims: { iss: 'i' } } })).toBe('');
    expect(ownerOf({ lambda: { issuer: 'i', subject: '' } })).toBe('');
    expect(ownerOf({ iam: { userArn: 'arn' } })).toBeUndefined();
    expect(ownerOf()).toBeUndefined();
  });
});
