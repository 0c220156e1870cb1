import { entityTagsPattern } from './entity-tags.ts';
import { correlationIdExample, etagExample, sessionExample, traceparentExample } from './examples.ts';
import { headerNames } from './headers.ts';
import { idempotencyKeyPattern } from './idempotency-key.ts';
import { limits } from './limits.ts';
import type { Json } from './open-api-components.ts';
import type { RequestHeader } from './operation.ts';
import { sessionTokenPattern } from './session-token.ts';

/** Headers that every response carries or, the last two, may carry, by their component's name. */
export const commonHeaders: readonly string[] = [
  headerNames.region,
  headerNames.correlationId,
  headerNames.requestId,
  headerNames.traceparent,
  headerNames.regionStatus,
];

/** Response headers by their component's name. */
export const headerComponents: Json = {
  [headerNames.region]: constantHeader('Region that answered.', 'eu-west-1'),
  [headerNames.correlationId]: constantHeader(
    'Correlation id of the request, or a new one.',
    correlationIdExample,
  ),
  [headerNames.requestId]: constantHeader("API Gateway's id of the request.", 'JKJaXmPLvHcESHA='),
  [headerNames.traceparent]: header('Of the request, where it had one.', traceparentExample),
  etag: header('Version of the item.', etagExample),
  [headerNames.session]: header('What the session has seen, for later reads in any region.', sessionExample),
  [headerNames.idempotencyReplayed]: header('Present when the write had been made before.', 'true'),
  [headerNames.regionStatus]: header(
    'Present when an operator has taken the region out of service: call another.',
    'evacuated',
  ),
  'retry-after': header('Least wait before a retry, in seconds.', '1'),
};

/** References to response headers, by name. */
export function headerRefs(names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

const entityTagsSchema = {
  type: 'string',
  maxLength: limits.preconditionCharactersMax,
  pattern: entityTagsPattern,
};

/** Request headers that only some routes follow. */
const followedHeaders: Readonly<Record<RequestHeader, Json>> = {
  'idempotency-key': parameter('idempotency-key', {
    description:
      'Names this write to this item, partition key or counter. The same key with the same request is made once, in whichever regions it is ' +
      'sent, as long as what it wrote has not expired. UUIDv7 keys keep new items in time order. `"abc"` is the same key as `abc`.',
    schema: { type: 'string', pattern: idempotencyKeyPattern },
    example: '01a2044c-fab8-7b6e-9a31-5d0f1e7c2a44',
  }),
  'if-match': parameter('if-match', {
    description:
      'Write only if the item has one of these versions in this region; `*`: if it exists. A tag that this API has not ' +
      'given out is of no version.',
    schema: entityTagsSchema,
    example: etagExample,
  }),
  'if-none-match': parameter('if-none-match', {
    description:
      'Write only if the item has none of these versions in this region, read it only then (304); `*`: any version.',
    schema: entityTagsSchema,
    example: etagExample,
  }),
  'x-session': parameter('x-session', {
    description: 'The header of the same name from the latest answer that had one.',
    schema: { type: 'string', maxLength: limits.sessionCharactersMax, pattern: sessionTokenPattern },
    example: sessionExample,
  }),
};

/** Request headers that every route follows. No bound is in their schemas: whatever is sent, the request is answered. */
const everywhereFollowed: Json = {
  [headerNames.correlationId]: parameter(headerNames.correlationId, {
    description:
      `Taken when it has 1 to ${limits.correlationIdCharactersMax} printable ASCII characters; otherwise the request ` +
      'gets an id of its own.',
    schema: { type: 'string' },
    example: correlationIdExample,
  }),
  [headerNames.traceparent]: parameter(headerNames.traceparent, {
    description:
      'W3C Trace Context. Kept in the log and in the answer; what is no such text counts as absent.',
    schema: { type: 'string' },
    example: traceparentExample,
  }),
};

/** Request headers by their component's name. */
export const parameterComponents: Json = { ...everywhereFollowed, ...followedHeaders };

/** References to the request headers of an operation: those that every route follows, and its own. */
export function parameterRefs(ownHeaders: readonly RequestHeader[]): Json[] {
  return [...Object.keys(everywhereFollowed), ...ownHeaders].map((name) => ({
    $ref: `#/components/parameters/${name}`,
  }));
}

function parameter(name: string, rest: Json): Json {
  return { name, in: 'header', required: false, ...rest };
}

function header(description: string, example: string): Json {
  return { description, schema: { type: 'string' }, example };
}

/** A header that every answer of a function carries. */
function constantHeader(description: string, example: string): Json {
  return { ...header(description, example), required: true };
}
