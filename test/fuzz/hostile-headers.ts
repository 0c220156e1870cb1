import { type HostileRequest, NO_ANSWER, requestBytes, writeBytes } from './hostile-request.ts';

const empty = (count: number): string[] => Array.from({ length: count }, () => 'a:');

/** Headers that are too many, too long, or no headers at all. */
export const hostileHeaders: readonly HostileRequest[] = [
  live('a header of 9 KB', [200], [`x-pad: ${'a'.repeat(9_000)}`]),
  live('a header of 11 KB', [431], [`x-pad: ${'a'.repeat(11_000)}`]),
  // The parser refuses it while it is still being sent, so that the answer may be lost.
  live('a header of 80 KB', [431, NO_ANSWER], [`x-pad: ${'a'.repeat(80_000)}`]),
  live('a header of 1 MB', [431, NO_ANSWER], [`x-pad: ${'a'.repeat(1_000_000)}`]),
  live(
    'a thousand headers',
    [200],
    Array.from({ length: 1_000 }, (_, index) => `x${index}:`),
  ),
  live('three thousand headers', [431], empty(3_000)),
  {
    name: 'a content type behind two thousand other headers',
    allowed: [200],
    bytes: requestBytes({
      method: 'POST',
      target: '/write',
      lines: [...empty(2_010), 'content-type: application/json'],
      body: '{}',
    }),
  },
  live('a header folded over two lines', [200, 400], ['x-folded: one', ' two']),
  live('a tab that folds', [200, 400], ['x-folded: one', '\ttwo']),
  live('a folded line first', [400], [' two']),
  live('NUL in a value', [400], ['x-a: a\0b']),
  live('NUL in a name', [400], ['x\0a: b']),
  live('a bare CR in a value', [400], ['x-a: a\rx-b: b']),
  live('a bare LF in a value', [200, 400], ['x-a: a\nx-b: b']),
  live('a header without a colon', [400], ['x-a']),
  live('a space before the colon', [400], ['x-a : b']),
  live('an empty name', [400], [': b']),
  live('a name with a slash', [400], ['x/a: b']),
  live('a name in UTF-8', [400], ['é: b']),
  live('a name of the prototype', [200], ['__proto__: x', 'constructor: x', 'toString: x']),
  live('DEL in a value', [400], ['x-a: \x7f']),
  live('an escape sequence in a value', [400], ['x-a: \x1b[2J']),
  live('no Host', [400], [], { hasHost: false }),
  live('two Hosts', [400, 403], ['host: other']),
  live('an empty Host', [200, 400, 403], ['host:'], { hasHost: false }),
  live('a strange Host', [403], ['host: evil.example'], { hasHost: false }),
  live('a Host with a path', [400, 403], ['host: localhost/evil'], { hasHost: false }),
  live('a Host of a broken address', [400, 403], ['host: [::1'], { hasHost: false }),
  live('a correlation id in Latin-1', [200], [Buffer.from('x-correlation-id: \xfc', 'latin1')]),
  live('a correlation id of 129 characters', [200], [`x-correlation-id: ${'c'.repeat(129)}`]),
  live('two correlation ids', [200], ['x-correlation-id: a', 'x-correlation-id: b']),
  live('markup as an origin', [403], ['origin: "><script>alert(1)</script>']),
  live('a chain of 5 KB of forwarders', [200], [`x-forwarded-for: ${'10.0.0.1, '.repeat(500)}`]),
  live('a trace id that is none', [200], ['x-amzn-trace-id: Root=;;;=']),
  live('cookies of 5 KB', [200], [`cookie: ${'a=b; '.repeat(1_000)}`]),
  live('an expectation of nothing known', [200], ['expect: a-pony']),
  live('an upgrade to WebSocket', [200], ['connection: upgrade', 'upgrade: websocket']),
  live(
    'an upgrade to HTTP/2',
    [200],
    ['connection: upgrade, http2-settings', 'upgrade: h2c', 'http2-settings: AAMAAABk'],
  ),
  {
    name: 'an expectation to be asked for the body',
    allowed: [200],
    bytes: writeBytes('{}', ['expect: 100-continue']),
  },
  // Hop by hop: whoever stands between takes it away, and then there is none.
  {
    name: 'a connection that names the content type',
    allowed: [200],
    allowedGlobally: [415],
    bytes: writeBytes('{}', ['connection: content-type']),
  },
  {
    name: 'two content types',
    allowed: [415],
    bytes: writeBytes('{}', ['content-type: application/json']),
  },
  {
    name: 'a preflight that asks for 8 KB of headers',
    allowed: [204],
    bytes: requestBytes({
      method: 'OPTIONS',
      target: '/write',
      lines: [
        'origin: http://localhost:4000',
        'access-control-request-method: POST',
        `access-control-request-headers: ${'x-a, '.repeat(1_600)}`,
      ],
    }),
  },
  ...[
    'Bearer x',
    'Basic !!!!',
    'AWS4-HMAC-SHA256',
    `AWS4-HMAC-SHA256 ${'Credential=/////, '.repeat(300)}`,
    '\t',
  ].map(
    (authorization): HostileRequest => ({
      name: `an operator's route with authorization ${JSON.stringify(authorization.slice(0, 30))}`,
      allowed: [403],
      bytes: requestBytes({
        target: '/control/evacuations',
        lines: [`authorization: ${authorization}`, 'x-amz-date: 99999999T999999Z'],
      }),
    }),
  ),
];

function live(
  name: string,
  allowed: readonly number[],
  lines: readonly (string | Buffer)[],
  { hasHost = true } = {},
): HostileRequest {
  return { name, allowed, bytes: requestBytes({ lines, hasHost }) };
}
