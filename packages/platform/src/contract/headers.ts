/** Names of the platform's own HTTP headers, in the lower case in which API Gateway hands them to a function. */
export const headerNames = {
  /** Region that answered. On every response. */
  region: 'x-region',
  /** Follows one user action through every call and log line. Echoed when valid, otherwise made. */
  correlationId: 'x-correlation-id',
  /** API Gateway's id of this one request. On every response. */
  requestId: 'x-request-id',
  /** What a session has seen: given with every item written or read, handed back by the caller. */
  session: 'x-session',
  /** Names one logical write, so that repeating it does nothing twice. */
  idempotencyKey: 'idempotency-key',
  /** `true` on the answer to a write that had been made before. */
  idempotencyReplayed: 'idempotency-replayed',
  /**
   * `evacuated` on answers of a region that an operator has taken out of service: whoever called it by its own name had
   * better call another. Absent otherwise.
   */
  regionStatus: 'x-region-status',
  /** Where a request stands in a distributed trace (W3C Trace Context). Taken, logged and sent back. */
  traceparent: 'traceparent',
} as const;

/**
 * Header by which the edge proves itself to a region: CloudFront adds it to every request, with a secret value. It is no
 * header of clients, so that it stands in none of the lists below: what a client sends under this name CloudFront replaces.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html
 */
export const originVerifyHeader = 'x-origin-verify';

/** Response headers that a browser may show to a script: the list for `Access-Control-Expose-Headers`. */
export const exposedHeaders: readonly string[] = [
  headerNames.region,
  headerNames.correlationId,
  headerNames.requestId,
  headerNames.session,
  headerNames.idempotencyReplayed,
  headerNames.regionStatus,
  headerNames.traceparent,
  'etag',
  'retry-after',
  'allow',
];

/**
 * Request headers that the platform reads, so that a browser may send them: in `Access-Control-Allow-Headers` of every stage.
 * Those of a stage's own are beside them.
 */
export const allowedRequestHeaders: readonly string[] = [
  'content-type',
  'if-match',
  'if-none-match',
  headerNames.correlationId,
  headerNames.idempotencyKey,
  headerNames.session,
  // What signs an operator's request (Signature Version 4), with temporary credentials too.
  'authorization',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
];
