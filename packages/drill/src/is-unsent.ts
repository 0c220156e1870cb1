/** What connecting fails with before a byte of a request is sent (connect(2)). */
const UNSENT = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Errors inside errors; more would be a circle. */
const DEPTH_MAX = 6;

/**
 * Whether a request failed before anything of it was sent: then no region can have carried it out. Libraries wrap what the
 * system said, each in its own way, so that all layers are looked at.
 */
export function isUnsent(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > DEPTH_MAX) return false;
  if ('code' in error && typeof error.code === 'string' && UNSENT.has(error.code)) return true;
  const inner = [
    'cause' in error ? error.cause : undefined,
    'underlyingError' in error ? error.underlyingError : undefined,
  ];
  return inner.some((each) => isUnsent(each, depth + 1));
}
