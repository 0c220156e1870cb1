/** A request that is refused, with what the caller should know. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

/**
 * The path of a request's target, decoded once and not normalised: `..` stays what it says and matches no name that
 * is served. Both forms that a server is sent are read, `/path` and `http://host/path` (RFC 9112, section 3.2).
 *
 * @throws {RefusedRequest} 400 when the target is no path, or its percent-encoding is broken
 */
export function requestPath(target: string): string {
  const raw = target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
  try {
    const path = decodeURIComponent(raw === '' ? '/' : raw);
    if (path.startsWith('/')) return path;
  } catch {
    // Told below: what is wrong with it is one of two things, and both are the caller's.
  }
  throw new RefusedRequest(
    400,
    'Cannot read the request: its target is not a path with valid percent-encoding.',
  );
}
