/** What any call of the table may end with. */
export const tableProblems = ['table-throttled', 'table-timeout', 'table-unavailable'] as const;

/** What a request with a body may be refused for. */
export const bodyProblems = [
  'invalid-request',
  'malformed-body',
  'body-too-large',
  'unsupported-media-type',
  'unsupported-content-encoding',
] as const;

/** What a request may be refused for whose body becomes the content of an item. */
export const contentProblems = [...bodyProblems, 'item-too-large'] as const;

/** What a write of an item may end with. */
export const writeProblems = [
  'invalid-session',
  'item-contended',
  'foreign-item',
  'idempotency-key-reused',
  ...tableProblems,
] as const;

/** What a write may end with that takes preconditions. */
export const changeProblems = ['item-changed', ...writeProblems] as const;

/** Headers of an answer to a write. */
export const writtenHeaders = ['etag', 'x-session', 'idempotency-replayed'] as const;
