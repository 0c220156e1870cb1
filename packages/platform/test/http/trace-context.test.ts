import { describe, expect, it } from 'vitest';
import { readTraceparent } from '../../src/http/trace-context.ts';
import { apiUnderTest } from './api-under-test.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

describe('readTraceparent()', () => {
  it.each([traceparent, `00-${traceId}-00f067aa0ba902b7-00`, `fe-${traceId}-00f067aa0ba902b7-ff`])(
    'takes %s',
    (text) => {
      expect(readTraceparent(text)).toBe(text);
    },
  );

  it('leaves out what a later version adds', () => {
    expect(readTraceparent(`01-${traceparent.slice(3)}-what-is-new`)).toBe(`01-${traceparent.slice(3)}`);
  });

  it.each([
    undefined,
    '',
    traceparent.toUpperCase(),
    ` ${traceparent}`,
    `${traceparent}-more`,
    `${traceparent},${traceparent}`,
    `01-${traceparent.slice(3)}more`,
    `ff-${traceparent.slice(3)}`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.slice(1)}-00f067aa0ba902b7-01`,
    `00-${traceId}-00f067aa0ba902b7`,
    `00-${traceId}-00f067aa0ba902b7-01\n`,
  ])('counts %j as absent', (text) => {
    expect(readTraceparent(text)).toBeUndefined();
  });
});

describe('traceparent', () => {
  it('is kept in the answer and in the log, whatever the answer', async () => {
    const { call, lines } = apiUnderTest();
    for (const routeKey of ['GET /openapi.json', 'HEAD /items/{pk}', '$default']) {
      const { headers } = await call(routeKey, { headers: { TraceParent: traceparent } });
      expect(headers.traceparent).toBe(traceparent);
      expect(lines.at(-1)).toMatchObject({ traceparent });
    }
  });

  it('is in neither when there was none, or none that is one', async () => {
    const { call, lines } = apiUnderTest();
    for (const given of [{}, { traceparent: 'private' }]) {
      const { status, headers } = await call('GET /openapi.json', { headers: given });
      expect(status).toBe(200);
      expect(headers).not.toHaveProperty('traceparent');
      expect(lines.at(-1)).not.toHaveProperty('traceparent');
    }
  });
});
