import type { IncomingHttpHeaders } from 'node:http';

/** Who may ask at a listener beside the programs of this machine and the pages that the listener itself serves. */
export interface Door {
  /** Whether a Host that is no loopback name is the listener's too; asked in lower case and without its port. @default - none is */
  readonly isOwnName?: ((name: string) => boolean) | undefined;
  /**
   * Whether pages of another origin may ask, as the CORS of an API says. Requests that tell no origin, such as those for
   * images, are let in as well then. @default - no page of another origin may
   */
  readonly letsIn?: ((origin: string) => boolean) | undefined;
}

/** What a browser says of a request that no page of another origin made: its own page did, or its user by hand. */
const OWN_FETCH_SITES = new Set(['same-origin', 'none']);
const LOOPBACK_NAME = /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Why a request must not pass, for a person; nothing where it may. Every HTTP listener of the twin asks this first.
 *
 * Nothing but this machine can reach a listener, yet any web page that its user opens can make the browser send requests
 * here. Two things give such a page away, neither of which a page can choose
 * (https://fetch.spec.whatwg.org/#forbidden-request-header):
 *
 * - Host: a page whose DNS name was rebound to this machine asks by that name, as its own origin;
 * - Origin, or Sec-Fetch-Site where a browser sends no Origin: any other page. Another port of localhost is another origin,
 *   though a browser calls it the same site. A link that the user follows is no page's question: nobody but the user
 *   reads the answer. (https://www.w3.org/TR/fetch-metadata/)
 *
 * Programs send no Origin, and only a program speaks HTTP/1.0 without a Host.
 */
export function refusalAtDoor(
  { headers }: { readonly headers: IncomingHttpHeaders | Readonly<Record<string, string | undefined>> },
  { isOwnName, letsIn }: Door = {},
): string | undefined {
  const { host, origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  const name = host === undefined ? 'localhost' : hostName(host).toLowerCase().replace(/\.$/, '');
  if (!isLoopbackName(name) && isOwnName?.(name) !== true)
    return `Cannot serve host ${JSON.stringify(name)}: it is no name of this listener, 127.0.0.1 or localhost is needed. Ask by one of these.`;
  if (origin !== undefined && !isSameOrigin(origin, host) && letsIn?.(origin) !== true)
    return refusalOf(`origin ${JSON.stringify(origin)}`, letsIn !== undefined);
  const isOwnSite = site === undefined || OWN_FETCH_SITES.has(site) || mode === 'navigate';
  return isOwnSite || letsIn !== undefined
    ? undefined
    : refusalOf(`a page of another origin (${site})`, false);
}

function refusalOf(who: string, hasCors: boolean): string {
  return hasCors
    ? `Cannot answer ${who}: the API's CORS does not allow it, and the twin keeps pages out that nobody let in. Allow the origin there, or start with --allow-origin.`
    : `Cannot answer ${who}: only this twin's own console and programs of this machine may ask here. Ask from one of these.`;
}

/** Whether a host name, without its port, leads to this machine whatever DNS says (RFC 6761, 6.3). */
export function isLoopbackName(name: string): boolean {
  return LOOPBACK_NAME.test(name);
}

/** The host name of a Host header, without its port. */
export function hostName(host: string | undefined): string {
  return (host ?? '').replace(/:\d+$/, '');
}

/** Whether a page's origin is the address that it asks. */
function isSameOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}
