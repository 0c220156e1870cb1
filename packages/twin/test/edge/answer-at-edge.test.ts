import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { DistributionDefinition } from '../../src/edge/distribution-definition.ts';
import { createEdge } from '../../src/edge/edge.ts';
import type { WebAclDefinition } from '../../src/edge/web-acl-definition.ts';
import { endpointBefore, NOBODY_LISTENS } from '../global-endpoint/endpoint-fixture.ts';
import { httpEndpoint } from '../route53/endpoint-fixture.ts';

const ADDRESS = '127.0.1.10';
const SECRET = 'what only the edge knows';

const DISTRIBUTION: DistributionDefinition = {
  id: 'E1',
  domainName: 'd1.cloudfront.net',
  aliases: ['edge.api.gsp.test'],
  originName: 'api.gsp.test',
  originPath: '/v1',
  originHeaders: [{ name: 'x-origin-verify', value: 'REFERENCE' }],
  allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
  responseHeaders: { set: [{ name: 'x-policy', value: 'yes', override: true }], remove: [] },
};
const SIZE_RULE: WebAclDefinition = {
  name: 'acl',
  defaultAction: { kind: 'allow' },
  bodyBytesInspected: 1_000,
  rules: [
    {
      name: 'size',
      statement: { kind: 'size', operator: 'GT', bytes: 100, oversize: 'MATCH' },
      action: {
        kind: 'block',
        status: 413,
        headers: ['content-type', 'application/json'],
        body: '{"too":"large"}',
      },
    },
  ],
};

interface Seen {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An edge before an origin that notes what it gets. */
async function edgeBefore(changes: Partial<DistributionDefinition> = {}, { isThere = true } = {}) {
  const seen: Seen[] = [];
  const origin = await httpEndpoint((incoming, response) => {
    const { url = '', headers } = incoming;
    void text(incoming).then((body) => {
      seen.push({ url, headers, body });
      response.writeHead(url.endsWith('/missing') ? 404 : 200, { 'x-region': 'eu-west-1' });
      response.end('from the origin');
    });
  });
  const edge = createEdge(
    { ...DISTRIBUTION, ...changes },
    { resolveSecrets: (text) => text.replace('REFERENCE', SECRET) },
  );
  const port = isThere ? origin.port : NOBODY_LISTENS;
  const tested = await endpointBefore({ [ADDRESS]: port }, { name: 'other.gsp.test', edge: () => edge });
  return { ...tested, edge, seen };
}

/** Sends a body in pieces, without its length in the head; the pieces after the first wait for `proceed`. */
function sendChunked(url: string, pieces: readonly string[]): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sending = httpRequest(url, { method: 'POST' }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += String(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sending.on('error', reject);
    for (const piece of pieces) sending.write(piece);
    sending.end();
  });
}

describe('the global endpoint as an edge', () => {
  test('asks the origin’s name and sends the secret, whatever Host and secret the client sends', async () => {
    const { url, seen, dns } = await edgeBefore();
    const response = await fetch(`${url}/items/a?b=1`, { headers: { 'x-origin-verify': 'a guess' } });
    expect(await response.text()).toBe('from the origin');
    expect(dns.overUdp).toEqual(['api.gsp.test']);
    expect(seen[0]).toMatchObject({
      url: '/v1/items/a?b=1',
      headers: { host: 'api.gsp.test', 'x-origin-verify': SECRET, 'x-forwarded-for': '127.0.0.1' },
    });
  });

  test('gives the origin’s answer with CloudFront’s headers and those of the policy', async () => {
    const { url } = await edgeBefore();
    const found = await fetch(url);
    expect(Object.fromEntries(found.headers)).toMatchObject({
      'x-region': 'eu-west-1',
      'x-policy': 'yes',
      'x-cache': 'Miss from cloudfront',
      via: '1.1 d1.cloudfront.net (CloudFront)',
    });
    const missing = await fetch(`${url}/missing`);
    expect([missing.status, missing.headers.get('x-cache')]).toEqual([404, 'Error from cloudfront']);
  });

  test('gives a problem with CloudFront’s headers when the origin gives none', async () => {
    const { url } = await edgeBefore({}, { isThere: false });
    const response = await fetch(url);
    expect(await response.json()).toMatchObject({ status: 502, reason: 'connection-refused' });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/problem+json',
      'x-twin-address': ADDRESS,
      'x-cache': 'Error from cloudfront',
      'x-policy': 'yes',
    });
  });

  test('never shows the secret in its report', async () => {
    const { url, edge } = await edgeBefore({ webAcl: SIZE_RULE });
    await fetch(url);
    expect(edge.report()).toEqual({
      distributionId: 'E1',
      names: ['edge.api.gsp.test'],
      origin: 'api.gsp.test',
      originHeaders: ['x-origin-verify'],
      requests: 1,
      webAcl: { name: 'acl', rules: [{ name: 'size', action: 'block', matched: 0 }] },
    });
    expect(JSON.stringify(edge.report())).not.toContain(SECRET);
  });

  test.each([
    ['a method that its behavior does not allow', { method: 'DELETE' }],
    ['another one', { method: 'PURGE' }],
  ])('refuses %s', async (_, init) => {
    const { url, seen } = await edgeBefore({ allowedMethods: ['GET', 'HEAD'] });
    const response = await fetch(url, init);
    expect([response.status, response.headers.get('x-cache')]).toEqual([403, 'Error from cloudfront']);
    expect(seen).toEqual([]);
  });

  test('refuses a GET with a body', async () => {
    const { url, seen } = await edgeBefore();
    const status = await new Promise((resolve, reject) => {
      const sending = httpRequest(url, { method: 'GET', headers: { 'content-length': 2 } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sending.on('error', reject);
      sending.end('{}');
    });
    expect(status).toBe(403);
    expect(seen).toEqual([]);
  });
});

describe('the global endpoint as an edge with a web ACL', () => {
  test('refuses a body that is too large by its length, and lets a smaller one pass whole', async () => {
    const { url, seen, edge } = await edgeBefore({ webAcl: SIZE_RULE });
    const post = (body: string) => fetch(url, { method: 'POST', body });
    const refused = await post('x'.repeat(101));
    expect(await refused.text()).toBe('{"too":"large"}');
    expect(refused.status).toBe(413);
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'content-type': 'application/json',
      'content-length': '15',
      'x-policy': 'yes',
    });
    expect(seen).toEqual([]);
    expect((await post('x'.repeat(100))).status).toBe(200);
    expect(seen[0]?.body).toBe('x'.repeat(100));
    expect(edge.report().webAcl?.rules).toMatchObject([{ matched: 1 }]);
  });

  test('measures a body without a length, and passes it on whole', async () => {
    const { url, seen } = await edgeBefore({ webAcl: SIZE_RULE });
    const small = ['a'.repeat(40), 'b'.repeat(60)];
    expect(await sendChunked(url, small)).toMatchObject({ status: 200 });
    expect(seen[0]?.body).toBe(small.join(''));
    expect(await sendChunked(url, [...small, 'c'])).toEqual({ status: 413, body: '{"too":"large"}' });
    expect(seen).toHaveLength(1);
  });

  test('holds back no more of a body than it inspects', async () => {
    const counting = {
      ...SIZE_RULE,
      rules: SIZE_RULE.rules.map((rule) => ({ ...rule, action: { kind: 'count' as const } })),
    };
    const { url, seen, edge } = await edgeBefore({ webAcl: counting });
    const pieces = Array.from({ length: 64 }, (_, index) => String(index % 10).repeat(65_536));
    expect(await sendChunked(url, pieces)).toMatchObject({ status: 200 });
    expect(seen[0]?.body.length).toBe(64 * 65_536);
    expect(seen[0]?.body === pieces.join('')).toBe(true);
    expect(edge.report().webAcl?.rules).toMatchObject([{ action: 'count', matched: 1 }]);
  });

  test('goes on when a client leaves in the middle of its body', async () => {
    const { url, edge } = await edgeBefore({ webAcl: SIZE_RULE });
    const leaving = httpRequest(url, { method: 'POST' });
    const gone = new Promise((resolve) => leaving.once('error', resolve));
    leaving.write('half');
    await expect.poll(() => edge.report().requests).toBe(1);
    leaving.destroy(new Error('left'));
    await gone;
    expect((await fetch(url)).status).toBe(200);
  });
});
