import type { IncomingMessage } from 'node:http';
import type { PortPlan } from './port-plan.ts';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'] as const;

/** What a browser says of a request that no page of another origin made: its own page did, or its user by hand. */
const OWN_FETCH_SITES = new Set(['same-origin', 'none']);

/**
 * The origins under which a browser on this machine sees what the control port serves, the console's page above all.
 * `localhost` and `127.0.0.1` lead to the same server and are two origins all the same.
 * https://html.spec.whatwg.org/multipage/browsers.html#origin
 */
export function consoleOrigins({ controlPort }: Pick<PortPlan, 'controlPort'>): readonly string[] {
  return LOOPBACK_NAMES.map((name) => `http://${name}:${controlPort}`);
}

/**
 * Refuses a Host that is not a loopback name: a page whose DNS name was rebound to this machine would else pass for ours.
 *
 * @throws {RefusedRequest} 403
 */
export function requireLoopbackHost({ headers }: IncomingMessage): void {
  const host = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  if (LOOPBACK_NAMES.some((name) => name === host)) return;
  throw new RefusedRequest(
    403,
    `Cannot serve host ${JSON.stringify(host)}: the control API answers on 127.0.0.1 and localhost only.`,
  );
}

/**
 * Refuses what a page of another origin made the browser send. Such a page cannot read the answer anyway, as no CORS
 * header lets it, yet what is never answered cannot leak either. Another port of localhost is another origin, though the
 * browser calls it the same site. Programs other than browsers send neither header and are let in.
 * https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 *
 * @throws {RefusedRequest} 403
 */
export function requireOwnPage({ headers }: IncomingMessage, ownOrigins: readonly string[]): void {
  const { origin, 'sec-fetch-site': site } = headers;
  const isOwnSite = site === undefined || OWN_FETCH_SITES.has(String(site));
  const isOwnOrigin = origin === undefined || ownOrigins.includes(origin.toLowerCase());
  if (isOwnSite && isOwnOrigin) return;
  const caller =
    origin === undefined ? `a page of another origin (${site})` : `origin ${JSON.stringify(origin)}`;
  throw new RefusedRequest(
    403,
    `Cannot answer ${caller}: the control API is for this twin's own console and for programs of this machine.`,
  );
}

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
