import { deflateSync, gzipSync } from 'node:zlib';
import { type HostileRequest, NO_ANSWER, requestBytes, writeBytes } from './hostile-request.ts';

/** Body limit of the twin that is asked: the highest that a stage may have, so that deep and wide values get in. */
export const BODY_LIMIT_BYTES = 200_000;

/** What API Gateway takes. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const GATEWAY_LIMIT_BYTES = 10_485_760;

const padded = (bytes: number): string => `{"data":"${'a'.repeat(bytes - '{"data":""}'.length)}"}`;

/** Bodies that are no JSON, no UTF-8, too large, or JSON that is meant to hurt. */
export const hostileBodies: readonly HostileRequest[] = [
  ...[
    '{',
    '[]',
    'null',
    '1',
    '"x"',
    '{}{}',
    '{"a":}',
    "{'a':1}",
    '{"a":1,}',
    '\0',
    '{"a":01}',
    'NaN',
    '// x\n{}',
  ].map((text) => write(`a body that is no object of JSON: ${JSON.stringify(text)}`, [400], text)),
  write('an empty body', [200], ''),
  write('spaces', [400], '   '),
  write('a byte order mark', [400], '\uFEFF{}'),
  write('UTF-16', [400], Buffer.from('\uFEFF{"data":1}', 'utf16le')),
  write('overlong UTF-8', [400], Buffer.from('7b2264617461223a22c0af227d', 'hex')),
  write('half a pair in UTF-8', [400], Buffer.from('7b2264617461223a22eda080227d', 'hex')),
  write('gzip, not declared', [400], gzipSync('{}')),
  write('gzip', [400, 415], gzipSync('{}'), ['content-encoding: gzip']),
  write('deflate', [400, 415], deflateSync('{}'), ['content-encoding: deflate']),
  write('lists 10,000 levels deep', [400], `{"data":${'['.repeat(10_000)}${']'.repeat(10_000)}}`),
  write('objects 20,000 levels deep', [400], `{"data":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`),
  write('lists 90,000 levels deep', [400], `{"data":${'['.repeat(90_000)}${']'.repeat(90_000)}}`),
  write('90,000 levels that do not end', [400], `{"data":${'['.repeat(90_000)}`),
  write(
    'five thousand members',
    [200],
    `{"data":{${Array.from({ length: 5_000 }, (_, i) => `"k${i}":0`).join()}}}`,
  ),
  write('depth in a member that is ignored', [400], `{"ignored":${'['.repeat(10_000)}${']'.repeat(10_000)}}`),
  ...['1e400', '-1e400', '1e126', '9'.repeat(400), '1e-131', '1e-400'].map((number) => data(number, [400])),
  ...['9007199254740992', '9007199254740993', '1e20', `0.${'3'.repeat(400)}`, '9'.repeat(190_000)].map(
    (number) => data(number, [400]),
  ),
  ...[
    '-0',
    '9007199254740991',
    '1e125',
    '0.1e-100',
    '1E+2',
    `1${'0'.repeat(15)}`,
    `0.5${'0'.repeat(400)}`,
  ].map((number) => data(number, [200])),
  write('a name twice', [400], '{"pk":"a","pk":"b"}'),
  write('a name twice, escaped, in data', [400], '{"data":[{"a":1,"\\u0061":2}]}'),
  write('the prototype in data', [400], '{"data":{"__proto__":{"polluted":true}}}'),
  write('the prototype, escaped', [400], '{"data":{"\\u005f_proto__":1}}'),
  write('the prototype at the top', [200], '{"__proto__":{"pk":"polluted"}}'),
  write('the prototype at the top, twice', [400], '{"__proto__":{"pk":"a"},"__proto__":1}'),
  write('the constructor', [200], '{"data":{"constructor":{"prototype":{"polluted":true}}}}'),
  write('a name of nothing', [400], '{"data":{"":1}}'),
  write('a name of 100 KB', [400], `{"data":{"${'k'.repeat(100_000)}":1}}`),
  write('a name with half a pair', [400], '{"data":{"\\ud800":1}}'),
  write('half a pair', [400], '{"data":"\\udfff"}'),
  write('NUL in a value', [200], '{"data":"\\u0000"}'),
  write('names that differ in normal form', [200], '{"data":{"\u00e9":1,"e\u0301":2}}'),
  ...['1', 'null', '""', '"  "', '[]', '{"toString":1}', '"sys#a"', '"\\ud800"', `"${'k'.repeat(65)}"`].map(
    (pk) => write(`a key of ${pk.slice(0, 20)}`, [400], `{"pk":${pk}}`),
  ),
  write('a key of 150 KB', [400], `{"pk":"${'k'.repeat(150_000)}"}`),
  write('a key of NUL and emoji', [200], '{"pk":"\\u0000\u{1F4A9}\\u202e"}'),
  ...['-1', '0', '1.5', '1e308', '31536001', '"60"', 'true', '[]', '{}', '-0'].map((ttl) =>
    write(`a life of ${ttl}`, [400], `{"ttlSeconds":${ttl}}`),
  ),
  write('a life of 1e1', [200], '{"ttlSeconds":1e1}'),
  ...['1.5', '1000000001', '-1000000001', '"1"', 'null', '1e400'].map((by) => count(by, [400])),
  ...['-0', '0', '1e9'].map((by) => count(by, [200])),
  write('a body at the limit', [200], padded(BODY_LIMIT_BYTES)),
  write('a byte over the limit', [413], padded(BODY_LIMIT_BYTES + 1)),
  write('what the gateway takes', [413], Buffer.alloc(GATEWAY_LIMIT_BYTES, 0x20)),
  // The rest may be under way when the connection ends, and the answer be lost with it.
  write('a byte more than the gateway takes', [413, NO_ANSWER], Buffer.alloc(GATEWAY_LIMIT_BYTES + 1, 0x20)),
  {
    name: 'a byte more than the gateway takes, in chunks',
    allowed: [413, NO_ANSWER],
    bytes: requestBytes({
      method: 'POST',
      target: '/write',
      lines: ['content-type: application/json', 'transfer-encoding: chunked'],
      body: Buffer.concat([
        Buffer.from(`${(GATEWAY_LIMIT_BYTES + 1).toString(16)}\r\n`),
        Buffer.alloc(GATEWAY_LIMIT_BYTES + 1, 0x20),
        Buffer.from('\r\n0\r\n\r\n'),
      ]),
    }),
  },
  write('a petabyte announced', [413, NO_ANSWER], '{}', ['content-length: 1000000000000000']),
  ...[
    'text/plain',
    'application/json; charset=utf-16',
    'application/jsonx',
    'json',
    '',
    ';;;=',
    `application/${'x'.repeat(8_000)}`,
  ].map(
    (type): HostileRequest => ({
      name: `a content type of ${JSON.stringify(type.slice(0, 40))}`,
      allowed: [415],
      bytes: requestBytes({ method: 'POST', target: '/write', lines: [`content-type: ${type}`], body: '{}' }),
    }),
  ),
  {
    name: 'a content type in capitals with a charset in quotes',
    allowed: [200],
    bytes: requestBytes({
      method: 'POST',
      target: '/write',
      lines: ['content-type: APPLICATION/JSON ; CHARSET="UTF-8"'],
      body: '{}',
    }),
  },
];

function write(
  name: string,
  allowed: readonly number[],
  body: string | Buffer,
  lines: readonly string[] = [],
): HostileRequest {
  return { name, allowed, bytes: writeBytes(body, lines) };
}

function data(number: string, allowed: readonly number[]): HostileRequest {
  return write(`the number ${number.slice(0, 20)}`, allowed, `{"data":${number}}`);
}

function count(by: string, allowed: readonly number[]): HostileRequest {
  return {
    name: `a count by ${by}`,
    allowed,
    bytes: requestBytes({
      method: 'POST',
      target: '/counters/hostile',
      lines: ['content-type: application/json'],
      body: `{"by":${by}}`,
    }),
  };
}
