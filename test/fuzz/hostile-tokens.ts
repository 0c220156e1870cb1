import { type HostileRequest, requestBytes, writeBytes } from './hostile-request.ts';

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const CURSORS = [
  '',
  'a',
  '%00',
  '%F0%9F%92%A9',
  base64url([]),
  base64url(['x']),
  base64url(['x', 0]),
  base64url([null, 1]),
  base64url({ 0: 'x', length: 2 }),
  base64url(`${'['.repeat(700)}`),
  'A'.repeat(2_048),
  'A'.repeat(2_049),
  'A'.repeat(9_000),
  `${base64url(['x', 1])}==`,
];

const SESSIONS = [
  '1',
  '1~',
  '1~~',
  '2~9f86d081884c7d65.eu-west-1.1r2bq7xc0..mk3z0a8w.tps0z3',
  '1~9f86d081884c7d65.eu-west-9.1r2bq7xc0..mk3z0a8w.tps0z3',
  '1~9f86d081884c7d65.__proto__.1..mk3z0a8w.tps0z3',
  `1~${'9f86d081884c7d65.eu-west-1.zzzzzzzzzzzzzzzzzzzz..zzzzzzzzzzzzz.zzzzz'}`,
  '1~9f86d081884c7d65.eu-west-1.-1..-1.-1',
  `1${'~9f86d081884c7d65.eu-west-1.1..1.1'.repeat(60)}`,
  '~'.repeat(2_048),
  'a'.repeat(9_000),
];

/** Lists of tags, as HTTP has them, of which none is of any version here. */
const FOREIGN_ETAGS = [
  '""',
  'W/"eu-west-1=1"',
  '"eu-west-1=-1"',
  '"eu-west-1=1e99"',
  '"eu-west-1=9007199254740993"',
  '"eu-west-1=1,eu-west-1=2"',
  '"__proto__=1"',
  `,${'"x" ,, '.repeat(250)}`,
  Buffer.from('"\xfc"', 'latin1'),
];

/** No lists of tags. */
const BROKEN_ETAGS = [
  '',
  '"',
  'eu-west-1=1',
  '"__proto__=1"x',
  '"a" "b"',
  '*, *',
  ','.repeat(2_000),
  `"${'eu-west-1=1,'.repeat(500)}"`,
];

const IDEMPOTENCY_KEYS = [
  '',
  ' ',
  'a b',
  '"',
  '""',
  '"a',
  '"a b"',
  'k'.repeat(256),
  'k'.repeat(9_000),
  'clé',
  '\t',
];

/** Cursors, sessions, ETags and idempotency keys that nobody gave out. */
export const hostileTokens: readonly HostileRequest[] = [
  ...CURSORS.map((cursor) => get('cursor', cursor, `/items/a?cursor=${cursor}`)),
  ...CURSORS.map((cursor) => get('cursor of the conflict log', cursor, `/conflicts?cursor=${cursor}`)),
  ...SESSIONS.map(
    (session): HostileRequest => ({
      name: named('session', session),
      // What was seen in a region that the stage does not have is dropped: there is no such item.
      allowed: session.includes('eu-west-9') ? [404] : [400],
      bytes: requestBytes({ target: '/items/a/b', lines: [`x-session: ${session}`] }),
    }),
  ),
  ...BROKEN_ETAGS.flatMap((tags) => remove(tags, { 'if-match': [400], 'if-none-match': [400] })),
  ...FOREIGN_ETAGS.flatMap((tags) => remove(tags, { 'if-match': [412], 'if-none-match': [404] })),
  ...IDEMPOTENCY_KEYS.map(
    (key): HostileRequest => ({
      name: named('idempotency key', key),
      allowed: [400],
      bytes: writeBytes('{}', [`idempotency-key: ${key}`]),
    }),
  ),
  {
    name: 'two idempotency keys',
    allowed: [200, 400],
    bytes: writeBytes('{"pk":"hostile"}', ['idempotency-key: a', 'idempotency-key: b']),
  },
  {
    name: 'a version of a region that is none',
    allowed: [400, 404, 412],
    bytes: requestBytes({ method: 'DELETE', target: '/items/a/b', lines: ['if-match: "mars-1=1"'] }),
  },
];

/** Deletions of an item that is not there, under a condition. */
function remove(
  tags: string | Buffer,
  allowed: Readonly<Record<string, readonly number[]>>,
): HostileRequest[] {
  return Object.entries(allowed).map(([header, statuses]) => ({
    name: named(header, String(tags)),
    allowed: statuses,
    bytes: requestBytes({
      method: 'DELETE',
      target: '/items/a/b',
      lines: [Buffer.concat([Buffer.from(`${header}: `), Buffer.from(tags)])],
    }),
  }));
}

function get(kind: string, text: string, target: string): HostileRequest {
  return { name: named(kind, text), allowed: [400], bytes: requestBytes({ target }) };
}

function named(kind: string, text: string): string {
  return `a ${kind} of ${JSON.stringify(text.slice(0, 40))} (${text.length})`;
}
