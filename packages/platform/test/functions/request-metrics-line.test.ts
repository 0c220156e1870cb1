import { describe, expect, it } from 'vitest';
import { call, functionsUnderTest, json } from './functions-under-test.ts';

describe('functions', () => {
  const functions = functionsUnderTest();

  it('write one line for a request, and its metrics into it', async () => {
    const headers = { ...json, 'idempotency-key': 'metrics-1' };
    await call(functions.api, 'POST /write', { headers, body: '{}' });
    await call(functions.api, 'POST /write', { headers, body: '{}' });
    const lines = functions.lines.map((line) => JSON.parse(line));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ message: 'request', status: 200, Project: 'gsp', Requests: 1 });
    expect(lines[0]).not.toHaveProperty('Replays');
    expect(lines[1]).toMatchObject({ message: 'request', Requests: 1, Replays: 1 });
    expect(lines[1].Latency).toBe(lines[1].durationMs);
  });
});
