import { type HostileRequest, NO_ANSWER, type RequestParts, requestBytes } from './hostile-request.ts';

/** Targets, methods and versions that are none, or none of ours. */
export const hostileTargets: readonly HostileRequest[] = [
  ...['%', '%z', '%zz', '%E0%A4', '%C0%AF', '%C0%80', '%ED%A0%80', '%F4%90%80%80', '%ff%fe'].map((key) =>
    to(`a key that cannot be decoded: ${key}`, [400], `/items/${key}`),
  ),
  ...['~', '~z', '~2', '~~41', '~E0~A4', '~C0~AF', '~C0~80', '~ED~A0~80', '~F4~90~80~80', '~ff~fe'].map(
    (key) => to(`a key whose tildes cannot be decoded: ${key}`, [400], `/items/${key}`),
  ),
  to('a slash encoded twice', [200], '/items/%252F'),
  to('a slash as a key writes it', [200], '/items/a~2Fb'),
  to('NUL in tildes', [200], '/items/~00'),
  to('a system key in tildes', [400], '/items/sys~23evacuations'),
  to('a tilde that is percent-encoded', [400], '/items/%7E'),
  to('a slash in a key', [404], '/items/a%2Fb/c%2fd'),
  to('NUL in a key', [200], '/items/%00'),
  to('a newline in a key', [200], '/items/a%0d%0ax-injected:%20b'),
  to('a lone accent in a key', [200], '/items/e%CC%81'),
  to('64 emoji as a key', [200], `/items/${'%F0%9F%92%A9'.repeat(64)}`),
  to('65 letters as a key', [400], `/items/${'a'.repeat(65)}`),
  to('a key of 9 KB', [400], `/items/${'a'.repeat(9_000)}`),
  to('a key of 20 KB', [431], `/items/${'a'.repeat(20_000)}`),
  to('a target of 100 KB', [431, NO_ANSWER], `/items/${'a'.repeat(100_000)}`),
  to('a dot segment as a key', [200], '/items/.'),
  to('two dots as a key', [200], '/items/%2E%2E'),
  to('two dots on the way', [404], '/items/../write'),
  to('a way out of the root', [404], '/../../../etc/passwd'),
  to('a system key', [400], '/items/sys%23evacuations'),
  to('a system key, encoded twice', [200], '/items/sys%2523evacuations'),
  to('a key of the prototype', [404], '/items/__proto__/constructor'),
  to('a counter of the prototype', [200], '/counters/__proto__'),
  to('a region of the prototype', [404], '/control/evacuations/__proto__'),
  to('an empty segment', [404], '/items//a'),
  to('two slashes first', [404], '//health/live'),
  to('a slash at the end', [404], '/health/live/'),
  to('another case', [404], '/HEALTH/live'),
  to('an encoded literal', [200], '/%68ealth/live'),
  to('a backslash', [404], '/items\\a'),
  to('a semicolon', [404], '/health/live;v=1'),
  to('a thousand segments', [404], '/a'.repeat(1_000)),
  to('a fragment', [200, 400, 404], '/health/live#x'),
  to('a query of pairs without names', [200], `/items/a?${'&='.repeat(2_000)}`),
  to('a query that cannot be decoded', [200], '/items/a?%=%&%zz=%E0'),
  to('a query of the prototype', [200], '/items/a?__proto__=x&constructor=x&hasOwnProperty=x'),
  to('two question marks', [400], '/items/a?limit=1?limit=2'),
  ...[
    '',
    '0',
    '-1',
    '1.5',
    '1e2',
    '101',
    '9'.repeat(400),
    'NaN',
    '0x10',
    ' 1',
    '+1',
    '1&limit=2',
    '%D9%A1',
    'null',
  ].map((limit) => to(`a limit of ${limit.slice(0, 12) || 'nothing'}`, [400], `/items/a?limit=${limit}`)),
  to('an absolute form', [200], 'http://localhost/health/live'),
  to('an absolute form of another host', [200, 400, 403], 'http://evil.example/health/live'),
  to('an absolute form with a broken host', [200, 400, 404], 'http://[::1/health/live'),
  to('an absolute form of another scheme', [400], 'ftp://localhost/health/live'),
  to('no path in an absolute form', [404], 'http://localhost'),
  to('a target without a slash', [400], 'health/live'),
  to('an authority', [400], 'localhost:80'),
  to('a star', [400, 404], '*', { method: 'OPTIONS' }),
  to('an empty target', [400], ''),
  to('a space in the target', [400], '/items/a b'),
  to('a tab in the target', [400], '/items/a\tb'),
  to('NUL in the target', [400], '/items/a\0b'),
  to('raw UTF-8 in the target', [200, 400], '/items/é'),
  to('an unknown method', [400], '/write', { method: 'FOO' }),
  to('a method in lower case', [400], '/health/live', { method: 'get' }),
  to('a method of 1 KB', [400], '/write', { method: 'A'.repeat(1_000) }),
  to('a method of WebDAV', [405], '/write', { method: 'PROPFIND' }),
  to('TRACE', [400, 405], '/write', { method: 'TRACE' }),
  to('PATCH', [405], '/items/a/b', { method: 'PATCH' }),
  { ...to('HEAD', [200], '/health/live', { method: 'HEAD' }), isHead: true },
  to('OPTIONS that is no preflight', [404, 405], '/write', { method: 'OPTIONS' }),
  to('CONNECT', [400, 405, NO_ANSWER], 'localhost:443', { method: 'CONNECT' }),
  to('GET with a body', [200], '/health/live', { body: '{"a":1}' }),
  to('HTTP/1.0 without a Host', [200], '/health/live', { version: 'HTTP/1.0', hasHost: false }),
  to('HTTP/1.0 that wants to go on', [200], '/health/live', {
    version: 'HTTP/1.0',
    lines: ['connection: keep-alive'],
  }),
  to('HTTP/1.2', [200, 400], '/health/live', { version: 'HTTP/1.2' }),
  sentOn(to('HTTP/2.0', [400], '/health/live', { version: 'HTTP/2.0' })),
  sentOn(to('HTTP/9.9', [400], '/health/live', { version: 'HTTP/9.9' })),
  to('a protocol that the parser takes for HTTP', [200, 400], '/health/live', { version: 'RTSP/1.0' }),
  sentOn(bytes('HTTP/0.9', [400, NO_ANSWER], 'GET /health/live\r\n\r\n')),
  bytes('the preface of HTTP/2', [400, NO_ANSWER], 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  bytes('the hello of TLS', [400, NO_ANSWER], Buffer.from('16030100c8010000c40303', 'hex')),
  bytes('a kilobyte of noise', [400, NO_ANSWER], Buffer.alloc(1_024, 0xa5)),
  bytes('a kilobyte of NUL', [400, NO_ANSWER], Buffer.alloc(1_024)),
  bytes('empty lines before a request', [200, 400], Buffer.concat([Buffer.from('\r\n\r\n'), requestBytes()])),
];

function to(
  name: string,
  allowed: readonly number[],
  target: string,
  parts: RequestParts = {},
): HostileRequest {
  return { name, allowed, bytes: requestBytes({ ...parts, target }) };
}

function bytes(name: string, allowed: readonly number[], text: string | Buffer): HostileRequest {
  return { name, allowed, bytes: Buffer.from(text) };
}

/** Whoever stands between sends a request on in its own version (RFC 9110, 6.2), so that it may be answered there. */
function sentOn(request: HostileRequest): HostileRequest {
  return { ...request, allowedGlobally: [200, ...request.allowed] };
}
