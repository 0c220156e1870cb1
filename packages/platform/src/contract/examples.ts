import type { ProblemCode } from './problems.ts';

/** One item, as every example of the OpenAPI document shows it. */
export const itemExample = {
  pk: 'demo',
  sk: '01a2044c-fab8-7b6e-9a31-5d0f1e7c2a44',
  createdAt: '2026-11-22T17:28:03.512Z',
  updatedAt: '2026-11-22T17:28:03.512Z',
  ttl: 1_795_372_083,
  region: 'eu-west-1',
  version: { 'eu-west-1': 1_795_348_800_123_456 },
  data: { message: 'hello' },
};

/** An entry of the conflict log, as examples show it. */
export const conflictExample = {
  id: 'MTc5NTM2ODQ4MzUxMiMwMTIzNDU2Nzg5YWJjZGVmIzEyMzQ1Njc4OTAxMjMjZGVtbw',
  loser: itemExample,
  winner: {
    region: 'eu-central-1',
    version: { 'eu-central-1': 1_795_348_805_654_321 },
    updatedAt: '2026-11-22T17:28:04.127Z',
  },
  detectedAt: '2026-11-22T17:31:40.002Z',
  detectedIn: 'eu-west-1',
  ttl: 1_797_960_700,
};

/** A counter, as examples show it. */
export const counterExample = { id: 'visits', value: 42 };

/** An evacuation, as examples show it. */
export const evacuationExample = {
  region: 'eu-central-1',
  reason: 'bad deployment',
  issuedBy: 'arn:aws:sts::123456789012:assumed-role/operator/kim',
  issuedIn: 'eu-west-1',
  issuedAt: '2026-11-22T17:28:03.512Z',
  expiresAt: '2026-11-22T17:58:03.512Z',
  inForce: true,
};

/** An entry of the audit trail of evacuations, as examples show it. */
export const evacuationAuditExample = {
  id: '01a2044c-fab8-7b6e-9a31-5d0f1e7c2a44',
  act: 'evacuate' as const,
  region: 'eu-central-1',
  by: 'arn:aws:sts::123456789012:assumed-role/operator/kim',
  askedIn: 'eu-west-1',
  at: '2026-11-22T17:28:03.512Z',
  reason: 'bad deployment',
  expiresAt: '2026-11-22T17:58:03.512Z',
};

/** How replication stands, as examples show it. */
export const replicationExample = {
  region: 'eu-west-1',
  measuredAt: '2026-11-22T17:28:03.512Z',
  peers: [{ region: 'eu-central-1', lagMs: 412, lastSignAt: '2026-11-22T17:27:41.090Z', ageMs: 22_422 }],
};

/** A session token, as examples show it. */
export const sessionExample = '1~9f86d081884c7d65.eu-west-1.1r2bq7xc0..mk3z0a8w.tps0z3';

/** The ETag of {@link itemExample}, as examples show it. */
export const etagExample = '"eu-west-1=137438953472"';

/** Where a request stands in a trace, as examples show it. */
export const traceparentExample = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** A write, as examples show it. */
export const writeRequestExample = { pk: 'demo', data: { message: 'hello' }, ttlSeconds: 600 };

/** A cursor, as examples show it. */
export const cursorExample = 'hZM3wjAxYTIwNDRjLWZhYjgtN2I2ZS05YTMxLTVkMGYxZTdjMmE0NA';

/** A correlation id, as examples show it. */
export const correlationIdExample = '01a2044c-faba-7d1b-8f5e-0c6f2b9d3e77';

/** The `detail` of each problem, as examples show it. */
export const detailExamples: Readonly<Record<ProblemCode, string>> = {
  'malformed-body': 'Cannot read the body: it is not valid JSON, one JSON object is needed',
  'invalid-request': 'Cannot accept the body: /ttlSeconds must be a whole number from 1 to 31536000',
  'invalid-cursor': 'Cannot go on in the list: the cursor is damaged or belongs to another list',
  'edge-required':
    'Cannot answer here: the request did not come through the edge, which is the only way into this stage',
  'item-not-found': 'Cannot read the item: this region holds none under these keys',
  'conflict-not-found': 'Cannot acknowledge the conflict: the log of this region has no such entry',
  'invalid-session': 'Cannot follow the session: its token is damaged',
  'item-contended': 'Cannot write the item: 8 attempts were overtaken by other writers of this region',
  'not-the-owner': 'This order belongs to somebody else',
  'unreadable-item':
    'Cannot read the order ada/01a2044c-fab8-7b6e-9a31-5d0f1e7c2a44: /total must be a number',
  'foreign-item': 'Cannot read the item: another program wrote the record under pk "demo" and sk "note"',
  'counter-out-of-range': 'Cannot add to the counter: the part of this region would exceed 1000000000000000',
  'item-changed':
    'Cannot write the item: its version here is eu-west-1=1795348800123456, another one was required',
  'idempotency-key-out-of-window': 'Cannot take the idempotency key: it is older than 3600 s',
  'idempotency-key-reused': 'Cannot take the idempotency key: it was used for another request',
  'idempotency-unsupported':
    'Cannot take the idempotency key: counters of a strongly consistent table do not support it',
  'edge-unverifiable':
    'Cannot tell whether the request came through the edge: its secrets are not known here yet',
  'replica-behind':
    'Cannot read the item as the session has seen it: the write from eu-west-1 is not here yet',
  'unknown-region':
    'Cannot evacuate eu-west-9: the stage has eu-west-1, eu-central-1, one of these is needed',
  'not-evacuated': 'Cannot tell of an evacuation: eu-central-1 is in service',
  'evacuation-refused':
    'Cannot evacuate eu-west-1: eu-west-1 was asked, another region in service is needed to take its traffic',
  'route-not-found': 'Cannot GET /nothing: there is no such route',
  'method-not-allowed': 'Cannot DELETE /write: this path has POST only',
  'body-too-large': 'Cannot accept the body: it has 5000 bytes, at most 4096 are allowed',
  'item-too-large': 'Cannot change the item: it would have 5000 bytes of JSON, at most 4096 are allowed',
  'unsupported-media-type':
    'Cannot read the body: it is declared as "text/plain", application/json in UTF-8 is needed',
  'unsupported-content-encoding':
    'Cannot read the body: its content encoding is "gzip". Send it uncompressed',
  'table-throttled': 'Cannot write the item: the table is throttled',
  'internal-error':
    'Cannot answer the request: an unexpected error occurred, ' +
    `logged under correlation id ${correlationIdExample}`,
  'table-timeout': 'Cannot read the item: the table did not answer in time',
  'table-unavailable': 'Cannot write the item: the table is not available',
};
