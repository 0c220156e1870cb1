import { type HostileRequest, NO_ANSWER, requestBytes } from './hostile-request.ts';

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nhost: localhost\r\n\r\n';

/**
 * Requests of whose end two parsers may think differently, which is how one is smuggled past another (RFC 9112, 11.2).
 * Each is to be refused, with the connection closed: a second answer would be that of the smuggled request.
 */
export const hostileFraming: readonly HostileRequest[] = [
  framed('a length and chunks', ['content-length: 4', 'transfer-encoding: chunked'], `0\r\n\r\n${SMUGGLED}`),
  framed('chunks and a length', ['transfer-encoding: chunked', 'content-length: 4'], `0\r\n\r\n${SMUGGLED}`),
  framed('two lengths', ['content-length: 0', 'content-length: 44'], SMUGGLED),
  framed('two lengths in one', ['content-length: 0, 44'], SMUGGLED),
  framed('the same length twice', ['content-length: 2', 'content-length: 2'], '{}'),
  framed('a negative length', ['content-length: -1'], '{}'),
  framed('a length with a sign', ['content-length: +2'], '{}'),
  framed('a length with a fraction', ['content-length: 2.0'], '{}'),
  framed('a hexadecimal length', ['content-length: 0x2'], '{}'),
  framed('an empty length', ['content-length:'], '{}'),
  framed('a length in Arabic digits', ['content-length: ٢'], '{}'),
  framed('a length beyond 64 bits', ['content-length: 99999999999999999999'], '{}'),
  framed('an encoding that is not known', ['transfer-encoding: xchunked'], `0\r\n\r\n${SMUGGLED}`),
  framed('chunks that are not last', ['transfer-encoding: chunked, identity'], `0\r\n\r\n${SMUGGLED}`),
  framed('chunked with a vertical tab', ['transfer-encoding: \x0bchunked'], `0\r\n\r\n${SMUGGLED}`),
  framed('chunks behind a space before the colon', ['transfer-encoding : chunked'], `0\r\n\r\n${SMUGGLED}`),
  framed(
    'chunks in a folded line',
    ['transfer-encoding:', ' chunked', 'content-length: 5'],
    `0\r\n\r\n${SMUGGLED}`,
  ),
  chunks('a chunk of no size', 'x\r\n{}\r\n0\r\n\r\n'),
  chunks('a chunk of a negative size', '-2\r\n{}\r\n0\r\n\r\n'),
  chunks('a chunk size with a prefix', '0x2\r\n{}\r\n0\r\n\r\n'),
  chunks('a chunk beyond 64 bits', 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n'),
  chunks('a chunk that is longer than it says', '1\r\n{}\r\n0\r\n\r\n'),
  chunks('an extension of 100 KB', `2;${'x'.repeat(100_000)}\r\n{}\r\n0\r\n\r\n`, [400, 413, NO_ANSWER]),
  chunks('an extension with NUL', '2;a=\0\r\n{}\r\n0\r\n\r\n'),
  chunks('lines that end in LF alone', '2\n{}\n0\n\n', [200, 400]),
  chunks('a trailer with a length', '2\r\n{}\r\n0\r\ncontent-length: 9\r\n\r\n', [200, 400]),
  chunks('trailers of 100 KB', `2\r\n{}\r\n0\r\n${'x-a: b\r\n'.repeat(14_000)}\r\n`, [
    200,
    400,
    431,
    NO_ANSWER,
  ]),
  chunks('chunks of one byte each', `${'1\r\n \r\n'.repeat(4_000)}2\r\n{}\r\n0\r\n\r\n`, [200]),
];

/** A write that must be refused, or be answered as one that is whole, with nothing after it. */
function framed(name: string, lines: readonly string[], body: string): HostileRequest {
  return {
    name,
    allowed: [400],
    // A second answer would come on the same connection: it is read until the server ends it.
    answers: 2,
    bytes: requestBytes({
      method: 'POST',
      target: '/write',
      lines: ['content-type: application/json', ...lines],
      body,
    }),
  };
}

function chunks(name: string, body: string, allowed: readonly number[] = [400]): HostileRequest {
  return {
    name,
    allowed,
    bytes: requestBytes({
      method: 'POST',
      target: '/write',
      lines: ['content-type: application/json', 'transfer-encoding: chunked'],
      body,
    }),
  };
}
