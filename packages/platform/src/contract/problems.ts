/** What a problem speaks of. */
export type ProblemScope = (typeof problemScopes)[number];

/** Everything that a problem may speak of. */
export const problemScopes = ['request', 'key', 'region'] as const;

/** What is always the same about one kind of problem. */
export interface ProblemDefinition {
  readonly status: 400 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 422 | 429 | 500 | 503;
  /**
   * What it speaks of: this request as it was sent, what lies under its key, or the region that answered. Only the last
   * says something of other requests.
   */
  readonly scope: ProblemScope;
  readonly title: string;
  /** Whether the same request may succeed later, here or in another region. */
  readonly retryable: boolean;
  /** What the caller can do about it. */
  readonly remedy: string;
  /** Least wait before a retry; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/**
 * Every problem that the API answers with: the one table from which statuses, problem documents, the OpenAPI
 * document and the client's typed errors follow. A code, once published, keeps its meaning.
 */
const problems = {
  // The body is no base64, no UTF-8, no JSON, or JSON that is not an object.
  'malformed-body': {
    status: 400,
    scope: 'request',
    title: 'Malformed request body',
    retryable: false,
    remedy: 'Send one JSON object, encoded as UTF-8.',
  },
  // Body, path or query break the schema; `errors` names each issue.
  'invalid-request': {
    status: 400,
    scope: 'request',
    title: 'Invalid request',
    retryable: false,
    remedy: 'Correct the fields named in "errors"; /openapi.json describes what is accepted.',
  },
  // The cursor was damaged, or belongs to another list.
  'invalid-cursor': {
    status: 400,
    scope: 'request',
    title: 'Invalid cursor',
    retryable: false,
    remedy: 'Pass the "cursor" of the previous page unchanged, or leave it out to start at the newest item.',
  },
  // The session token was damaged.
  'invalid-session': {
    status: 400,
    scope: 'request',
    title: 'Invalid session token',
    retryable: false,
    remedy: 'Pass the "x-session" of an earlier answer unchanged, or leave it out to start a new session.',
  },
  // The request came to the region itself, and the stage's edge is the only way in.
  'edge-required': {
    status: 403,
    scope: 'request',
    title: 'Only through the edge',
    retryable: false,
    remedy: 'Send the request to the global endpoint that "amplify_outputs.json" has.',
  },
  'item-not-found': {
    status: 404,
    scope: 'key',
    title: 'Item not found',
    retryable: false,
    remedy: 'Check both keys. The item may have expired, or its write may not have reached this region yet.',
  },
  // The entry has expired, or this region does not hold it yet.
  'conflict-not-found': {
    status: 404,
    scope: 'key',
    title: 'Conflict not found',
    retryable: false,
    remedy:
      'Take the "id" from GET /conflicts of this region. The entry may have expired, or may not be here yet.',
  },
  // The route of evacuations names a region that the stage does not have.
  'unknown-region': {
    status: 404,
    scope: 'request',
    title: 'Unknown region',
    retryable: false,
    remedy: 'Name a region of this stage, for example as "x-region" of any answer names it.',
  },
  // What a health check of a peer asks for: its failure means that the region is in service.
  'not-evacuated': {
    status: 404,
    scope: 'request',
    title: 'Region not evacuated',
    retryable: false,
    remedy: 'Nothing is to be done: as this region knows it, that region is in service.',
  },
  'route-not-found': {
    status: 404,
    scope: 'request',
    title: 'Route not found',
    retryable: false,
    remedy: 'Ask for a path that /openapi.json lists.',
  },
  // The path exists, the method does not; `Allow` lists those that do (RFC 9110, section 15.5.6).
  'method-not-allowed': {
    status: 405,
    scope: 'request',
    title: 'Method not allowed',
    retryable: false,
    remedy: 'Use a method that the "Allow" header lists.',
  },
  // Other writers of this region were faster, again and again.
  'item-contended': {
    status: 409,
    scope: 'key',
    title: 'Item written by too many at once',
    retryable: true,
    remedy: 'Repeat the request with the same idempotency key, after a random wait.',
  },
  // A record that this API did not write, or one that was damaged, lies where it has to read or write.
  'foreign-item': {
    status: 409,
    scope: 'key',
    title: 'Record of another program',
    retryable: false,
    remedy:
      'Use another key, or delete the record that "key" names; give other programs tables of their own.',
  },
  // A token's subject is not whom the item belongs to, or is to belong to.
  'not-the-owner': {
    status: 403,
    scope: 'key',
    title: 'Not the owner',
    retryable: false,
    remedy: 'Ask with a token whose subject is the owner of the item.',
  },
  // Another version of the schema wrote it, or a hand; "errors" names the fields.
  'unreadable-item': {
    status: 409,
    scope: 'key',
    title: 'Unreadable item',
    retryable: false,
    remedy: 'Give new fields of the schema a default, or replace the item that "key" names.',
  },
  'counter-out-of-range': {
    status: 409,
    scope: 'key',
    title: 'Counter out of range',
    retryable: false,
    remedy: 'Count in larger units, or go on with another counter.',
  },
  // A region evacuates its peers only, and only while it can carry their traffic.
  'evacuation-refused': {
    status: 409,
    scope: 'request',
    title: 'Evacuation refused',
    retryable: false,
    remedy: 'Ask another region that is in service; if there is none, restore one first.',
  },
  // If-Match or If-None-Match does not hold in this region.
  'item-changed': {
    status: 412,
    scope: 'key',
    title: 'Precondition failed',
    retryable: false,
    remedy: 'Read the item again, decide anew, and send its present ETag.',
  },
  'body-too-large': {
    status: 413,
    scope: 'request',
    title: 'Request body too large',
    retryable: false,
    remedy: 'Send less data in one request.',
  },
  // Patches have added up to more than a body may have, or what a route or a merge writes to more than the table keeps.
  'item-too-large': {
    status: 413,
    scope: 'key',
    title: 'Item too large',
    retryable: false,
    remedy: 'Keep less in one item: take fields out, or spread it over several items.',
  },
  'unsupported-media-type': {
    status: 415,
    scope: 'request',
    title: 'Unsupported media type',
    retryable: false,
    remedy: 'Send the header "content-type: application/json", with no charset or with utf-8.',
  },
  // API Gateway hands compressed bodies over as they are, and nothing here unpacks what a stranger packed.
  'unsupported-content-encoding': {
    status: 415,
    scope: 'request',
    title: 'Unsupported content encoding',
    retryable: false,
    remedy: 'Send the body as it is, without the header "content-encoding".',
  },
  'idempotency-key-reused': {
    status: 422,
    scope: 'key',
    title: 'Idempotency key used for another request',
    retryable: false,
    remedy: 'Send the first request unchanged, or give this one a key of its own.',
  },
  // The key is too old, too far ahead, or not newer than keys that the item has forgotten. Nothing was made.
  'idempotency-key-out-of-window': {
    status: 422,
    scope: 'request',
    title: 'Idempotency key outside its window',
    retryable: false,
    remedy:
      'This attempt made nothing. If no earlier one can have, take a new UUIDv7 by the clock in "serverTime"; else read first.',
  },
  'idempotency-unsupported': {
    status: 422,
    scope: 'request',
    title: 'Idempotency key not supported here',
    retryable: false,
    remedy:
      'Take a UUIDv7 as the key. For a counter leave the key out: repeating the increment would count twice.',
  },
  // DynamoDB throttles: the table, an account quota, or one hot partition.
  'table-throttled': {
    status: 429,
    scope: 'key',
    title: 'Too many requests for the table',
    retryable: true,
    remedy: 'Wait for the time in "Retry-After", then repeat the request at a lower rate.',
    retryAfterSeconds: 1,
  },
  // A bug, or a cloud that is configured wrongly. The cause is in the log under the correlation id.
  'internal-error': {
    status: 500,
    scope: 'request',
    title: 'Internal error',
    retryable: true,
    remedy: 'Repeat the request; if it fails again, give the correlation id to the operator.',
  },
  // Whether the request came through the edge cannot be told: the region does not know the edge's secrets just now.
  'edge-unverifiable': {
    status: 503,
    scope: 'region',
    title: 'Edge not verifiable',
    retryable: true,
    remedy: 'Repeat the request; nothing was done.',
    retryAfterSeconds: 1,
  },
  // The session has seen a write that has not reached this region.
  'replica-behind': {
    status: 503,
    scope: 'key',
    title: 'Replica behind the session',
    retryable: true,
    remedy:
      'Ask the region named in "region", or repeat the request here later; without "x-session" any version will do.',
    retryAfterSeconds: 1,
  },
  // DynamoDB did not answer within the time that one request may take. A write may have been made.
  'table-timeout': {
    status: 503,
    scope: 'region',
    title: 'Table too slow',
    retryable: true,
    remedy: 'Repeat the request, in another region if one is at hand.',
    retryAfterSeconds: 1,
  },
  // DynamoDB could not be reached, or answered with an error of its own.
  'table-unavailable': {
    status: 503,
    scope: 'region',
    title: 'Table unavailable',
    retryable: true,
    remedy: 'Repeat the request, in another region if one is at hand.',
    retryAfterSeconds: 1,
  },
} as const satisfies Readonly<Record<string, ProblemDefinition>>;

/** Code of a problem, for example `item-not-found`. */
export type ProblemCode = keyof typeof problems;

/** Every problem code, in the order of the table. */
export const problemCodes = Object.keys(problems) as readonly ProblemCode[];

/** What the table says of a code, its optional fields included. */
export function problemDefinition(code: ProblemCode): ProblemDefinition {
  return problems[code];
}

const typePrefix = 'urn:problem-type:gsp:';

/** Type URI of a problem (RFC 9457, section 3.1.1). It identifies the problem, it is not meant to be fetched. */
export function problemType(code: ProblemCode): string {
  return `${typePrefix}${code}`;
}
