import { describe, expect, test } from 'vitest';
import { originRequestHeaders, viewerResponseHeaders } from '../../src/edge/edge-headers.ts';

const FACTS = {
  originName: 'api.gsp.test',
  originHeaders: [{ name: 'x-origin-verify', value: 'secret' }],
  domainName: 'd1.cloudfront.net',
  viewerIp: '192.0.2.1',
  httpVersion: '1.1',
  requestId: 'id',
};
const VIA = ['via', '1.1 d1.cloudfront.net (CloudFront)'];

const response = (
  received: readonly string[],
  {
    status = 200,
    set = [] as { name: string; value: string; override: boolean }[],
    remove = [] as string[],
  } = {},
) => viewerResponseHeaders(received, { ...FACTS, status, responseHeaders: { set, remove } });

describe('originRequestHeaders()', () => {
  test('sets the Host to the origin’s name and adds what CloudFront adds', () => {
    expect(originRequestHeaders(['Host', '127.0.0.1:4010', 'Accept', '*/*'], FACTS)).toEqual([
      ...['host', 'api.gsp.test', 'Accept', '*/*', 'x-forwarded-for', '192.0.2.1', ...VIA],
      ...['x-amz-cf-id', 'id', 'x-origin-verify', 'secret'],
    ]);
  });

  test('writes over every header of a viewer that has the name of its own', () => {
    const sent = ['X-Origin-Verify', 'guess', 'x-origin-verify', 'secret', 'X-ORIGIN-VERIFY', ''];
    const headers = originRequestHeaders(sent, FACTS);
    expect(headers.filter((text) => /x-origin-verify|guess|^secret$/i.test(text))).toEqual([
      'x-origin-verify',
      'secret',
    ]);
  });

  test('puts the viewer’s address behind those it names itself', () => {
    const sent = ['X-Forwarded-For', '203.0.113.9, 203.0.113.8', 'x-forwarded-for', '203.0.113.7'];
    const headers = originRequestHeaders(sent, FACTS);
    expect(headers.filter((text) => text.toLowerCase() === 'x-forwarded-for')).toHaveLength(1);
    expect(headers).toContain('203.0.113.9, 203.0.113.8, 203.0.113.7, 192.0.2.1');
  });

  test.each([
    'Proxy-Authorization',
    'X-Amz-Cf-Id',
    'X-Edge-Location',
    'X-Forwarded-Proto',
    'X-HTTP-Method-Override',
    'X-Real-IP',
  ])('keeps %s of a viewer from the origin', (name) => {
    expect(originRequestHeaders([name, 'forged'], FACTS)).not.toContain('forged');
  });

  test('passes on what a signature or a session needs, in order', () => {
    const sent = ['Authorization', 'Bearer t', 'Cookie', 'a=1', 'cookie', 'b=2', 'X-Session', 's'];
    expect(originRequestHeaders(sent, FACTS).slice(2, 10)).toEqual(sent);
  });
});

describe('viewerResponseHeaders()', () => {
  test('adds what CloudFront adds, and tells errors apart', () => {
    expect(response(['etag', '"1"'])).toEqual([
      ...['etag', '"1"', ...VIA, 'x-cache', 'Miss from cloudfront', 'x-amz-cf-id', 'id'],
    ]);
    expect(response([], { status: 404 })).toContain('Error from cloudfront');
  });

  test('overrides or leaves alone as the policy says', () => {
    const set = [
      { name: 'referrer-policy', value: 'no-referrer', override: true },
      { name: 'x-frame-options', value: 'DENY', override: false },
      { name: 'x-new', value: 'added', override: false },
    ];
    const headers = response(['Referrer-Policy', 'origin', 'X-Frame-Options', 'SAMEORIGIN'], { set });
    expect(headers.slice(0, 6)).toEqual([
      ...['X-Frame-Options', 'SAMEORIGIN', 'referrer-policy', 'no-referrer', 'x-new', 'added'],
    ]);
  });

  test('removes what the policy removes, and whatever an origin says of the cache', () => {
    const headers = response(['Server', 'x', 'X-Cache', 'Hit from cloudfront', 'a', 'b'], {
      remove: ['server'],
    });
    expect(headers.slice(0, 2)).toEqual(['a', 'b']);
    expect(headers).not.toContain('Hit from cloudfront');
  });
});
