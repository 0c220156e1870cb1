import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { EdgeReport } from '../control/twin-state.ts';
import type { DistributionDefinition, HeaderDefinition } from './distribution-definition.ts';
import { originRequestHeaders, viewerResponseHeaders } from './edge-headers.ts';
import { createWebAcl, type WebAcl } from './web-acl.ts';

/** What an edge is run with. */
export interface EdgeOptions {
  /** Gives a header's value with every secret in its place; asked once, as CloudFormation does when it deploys. */
  readonly resolveSecrets: (text: string) => string;
  /** Milliseconds that never step back. @default - the monotonic clock */
  readonly clock?: () => number;
}

/** One request on its way through the edge. */
export interface EdgeExchange {
  /** @param sent end-to-end headers of the viewer */
  originHeaders(sent: readonly string[]): string[];
  /** @param received end-to-end headers of the origin, or those of an answer that the edge gives itself */
  viewerHeaders(status: number, received: readonly string[]): string[];
}

/** A CloudFront distribution that runs. */
export interface Edge {
  readonly definition: DistributionDefinition;
  readonly webAcl: WebAcl | undefined;
  /** Begins with a request. */
  exchange(incoming: IncomingMessage): EdgeExchange;
  report(): EdgeReport;
}

/**
 * Runs a distribution. Its origin headers get their secrets now and keep them: on AWS too a new value reaches CloudFront
 * with the next deployment that changes the distribution, and no sooner.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 *
 * @throws whatever `resolveSecrets` does for a secret that does not exist
 */
export function createEdge(definition: DistributionDefinition, options: EdgeOptions): Edge {
  const { resolveSecrets, clock = () => performance.now() } = options;
  const { originName, domainName, responseHeaders } = definition;
  const webAcl = definition.webAcl && createWebAcl(definition.webAcl, clock);
  const originHeaders: HeaderDefinition[] = definition.originHeaders.map(({ name, value }) => ({
    name,
    value: resolveSecrets(value),
  }));
  let requests = 0;
  return {
    definition,
    webAcl,
    exchange(incoming) {
      requests += 1;
      const { httpVersion } = incoming;
      const facts = { originName, originHeaders, domainName, httpVersion, requestId: randomUUID() };
      const viewerIp = sourceIpOf(incoming);
      return {
        originHeaders: (sent) => originRequestHeaders(sent, { ...facts, viewerIp }),
        viewerHeaders: (status, received) =>
          viewerResponseHeaders(received, { ...facts, responseHeaders, status }),
      };
    },
    report: () => ({
      distributionId: definition.id,
      names: definition.aliases,
      origin: originName,
      originHeaders: originHeaders.map(({ name }) => name),
      requests,
      webAcl: webAcl === undefined ? null : { name: webAcl.name, rules: webAcl.report() },
    }),
  };
}

/** The viewer's address, IPv4 as such where the socket shows it as IPv6. */
export function sourceIpOf({ socket }: IncomingMessage): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}
