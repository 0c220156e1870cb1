import { describe, expect, it } from 'vitest';
import { problemType } from '../../src/contract/problems.ts';
import type { OriginVerdict } from '../../src/domain/origin-verifier.ts';
import { createEdgeCheck, createRefusalTally } from '../../src/http/require-edge.ts';
import { apiUnderTest, json } from './api-under-test.ts';

const secret = 'Zk3vQ8mN1xR7pT5wL2yB9cD4fG6hJ0sA';
const wrong = 'a-value-that-somebody-has-guessed';

/** The api function's routes behind a check that knows one value. */
function behindTheEdge(otherwise: OriginVerdict = { kind: 'elsewhere' }) {
  const presented: (string | undefined)[] = [];
  const requireEdge = createEdgeCheck(async (value) => {
    presented.push(value);
    return value === secret ? { kind: 'edge' } : otherwise;
  });
  return { presented, ...apiUnderTest({ requireEdge }) };
}

describe('createEdgeCheck()', () => {
  it('lets a request through that presents the value, whatever the case of the header', async () => {
    const { call, presented } = behindTheEdge();
    const headers = { ...json, 'X-Origin-Verify': secret };
    expect((await call('POST /write', { headers, body: '{}' })).status).toBe(200);
    expect(presented).toStrictEqual([secret]);
  });

  it.each([
    ['a route', 'GET /items/{pk}', { pathParameters: { pk: 'a' } }],
    ['the description of the API', 'GET /openapi.json', {}],
    ['a path that is none', '$default', { rawPath: '/nothing' }],
    ['a request with other faults', 'POST /write', { headers: { 'content-type': 'text/plain' }, body: '{' }],
    ['a wrong value', 'GET /openapi.json', { headers: { 'x-origin-verify': wrong } }],
    ['the value twice', 'GET /openapi.json', { headers: { 'x-origin-verify': `${secret},${secret}` } }],
  ])('refuses %s without the value, before anything else', async (_, routeKey, options) => {
    const { call } = behindTheEdge();
    const { status, headers, body } = await call(routeKey, options);
    expect(status).toBe(403);
    expect(body).toMatchObject({ type: problemType('edge-required'), retryable: false });
    expect(headers).toMatchObject({ 'x-region': 'eu-west-1', 'cache-control': 'no-store' });
  });

  it('answers with a problem that passes when it cannot tell, and logs why', async () => {
    const { call, rawLines } = behindTheEdge({ kind: 'unknown', cause: new Error('no such secret') });
    const { status, headers, body } = await call('GET /openapi.json', {
      headers: { 'x-origin-verify': wrong },
    });
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('1');
    expect(body).toMatchObject({ type: problemType('edge-unverifiable'), retryable: true });
    expect(JSON.stringify(body)).not.toContain('no such secret');
    expect(rawLines).toStrictEqual([expect.stringContaining('no such secret')]);
  });

  it('logs one refusal in ten seconds with their number, and no value', async () => {
    const { call, clock, lines, rawLines } = behindTheEdge();
    const headers = { 'x-origin-verify': wrong };
    for (let n = 0; n < 100; n++) await call('GET /openapi.json', { headers });
    clock.advance(10_000);
    await call('GET /openapi.json', { headers });
    await call('GET /openapi.json', { headers: { 'x-origin-verify': secret } });
    expect(lines).toMatchObject([
      { status: 403, level: 'WARN', error: { code: 'edge-required' }, refusals: 1 },
      { status: 403, refusals: 100 },
      { status: 200, level: 'INFO' },
    ]);
    expect(lines[2]).not.toHaveProperty('refusals');
    expect(rawLines.join()).not.toMatch(/guessed|Zk3v/);
  });
});

describe('createRefusalTally()', () => {
  it('gives the first count at once, then one in ten seconds with all in between', () => {
    const tally = createRefusalTally();
    expect([0, 1, 9_999, 10_000, 10_001, 25_000].map(tally)).toStrictEqual([
      1,
      undefined,
      undefined,
      3,
      undefined,
      2,
    ]);
  });

  it('gives one when the clock has stepped back', () => {
    const tally = createRefusalTally();
    expect([50_000, 50_001, 40_000].map(tally)).toStrictEqual([1, undefined, 2]);
  });
});
