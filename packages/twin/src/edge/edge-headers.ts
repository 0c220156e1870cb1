import type { DistributionDefinition, HeaderDefinition } from './distribution-definition.ts';

/** Headers as they travel: names and values in turn. */
type RawHeaders = readonly string[];

/**
 * Headers of a viewer that CloudFront keeps from the origin, beside those of one hop.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#request-custom-headers-behavior
 */
const KEPT_FROM_ORIGIN = new Set([
  'host',
  'proxy-authenticate',
  'proxy-authorization',
  'x-amz-cf-id',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-http-method-override',
  'x-real-ip',
]);
const EDGE_PREFIX = 'x-edge-';

/** CloudFront's own headers of an answer: they are about the hop to the viewer, whatever the origin said. */
const OWN_RESPONSE_HEADERS = new Set(['x-amz-cf-id', 'x-amz-cf-pop', 'x-cache']);

/** What is added to a request, and known only when it is here. */
export interface OriginRequestFacts {
  readonly originName: string;
  /** With every secret in its place. */
  readonly originHeaders: readonly HeaderDefinition[];
  /** CloudFront's own name of the distribution. */
  readonly domainName: string;
  /** Address of the viewer. */
  readonly viewerIp: string;
  readonly httpVersion: string;
  readonly requestId: string;
}

/**
 * The headers of a request to the origin: those of the viewer with the origin's name as `Host`, the viewer's address behind
 * those it names itself, and the origin's custom headers in place of whatever a viewer sends under their names.
 *
 * @param sent end-to-end headers
 */
export function originRequestHeaders(sent: RawHeaders, facts: OriginRequestFacts): string[] {
  const own = new Set(facts.originHeaders.map(({ name }) => name));
  const forwardedFor = valuesOf(sent, 'x-forwarded-for');
  const kept = pairsOf(sent).filter(([name]) => {
    const lower = name.toLowerCase();
    return !KEPT_FROM_ORIGIN.has(lower) && !lower.startsWith(EDGE_PREFIX) && !own.has(lower);
  });
  return [
    'host',
    facts.originName,
    ...kept.flat(),
    'x-forwarded-for',
    [...forwardedFor, facts.viewerIp].join(', '),
    'via',
    via(facts),
    'x-amz-cf-id',
    facts.requestId,
    ...facts.originHeaders.flatMap(({ name, value }) => [name, value]),
  ];
}

/** What is added to an answer. */
export interface ViewerResponseFacts
  extends Pick<DistributionDefinition, 'responseHeaders' | 'domainName'>,
    Pick<OriginRequestFacts, 'httpVersion' | 'requestId'> {
  readonly status: number;
}

/** The headers of an answer to the viewer: those of the origin, as the response headers policy changes them, and CloudFront's. */
export function viewerResponseHeaders(received: RawHeaders, facts: ViewerResponseFacts): string[] {
  const { set, remove } = facts.responseHeaders;
  const sent = new Set(pairsOf(received).map(([name]) => name.toLowerCase()));
  // A policy removes first and sets afterwards: what it sets itself stays.
  const added = set.filter(({ name, override }) => override || !sent.has(name) || remove.includes(name));
  const replaced = new Set([...OWN_RESPONSE_HEADERS, ...remove, ...added.map(({ name }) => name)]);
  return [
    ...pairsOf(received)
      .filter(([name]) => !replaced.has(name.toLowerCase()))
      .flat(),
    ...added.flatMap(({ name, value }) => [name, value]),
    'via',
    via(facts),
    'x-cache',
    facts.status < 400 ? 'Miss from cloudfront' : 'Error from cloudfront',
    'x-amz-cf-id',
    facts.requestId,
  ];
}

/** RFC 9110, 7.6.3 */
function via({ httpVersion, domainName }: Pick<OriginRequestFacts, 'httpVersion' | 'domainName'>): string {
  return `${httpVersion} ${domainName} (CloudFront)`;
}

function valuesOf(raw: RawHeaders, wanted: string): string[] {
  return pairsOf(raw).flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []));
}

function pairsOf(raw: RawHeaders): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2)
    pairs.push([raw[index] ?? '', raw[index + 1] ?? '']);
  return pairs;
}
