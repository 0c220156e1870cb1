import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IdempotencyTokens } from '../../../src/dynamodb/journal/idempotency-tokens.ts';

const TEN_MINUTES_MS = 600_000;
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tokens-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('IdempotencyTokens', () => {
  test('hashOf() knows a token for ten minutes, after a restart too', () => {
    const tokens = IdempotencyTokens.open(dataDir, 0);
    tokens.complete({ token: 'a', requestHash: 'hash' }, 1_000);
    tokens.close();
    const reopened = IdempotencyTokens.open(dataDir, 2_000);
    expect(reopened.hashOf('a', TEN_MINUTES_MS + 999)).toBe('hash');
    expect(reopened.hashOf('a', TEN_MINUTES_MS + 1_000)).toBeUndefined();
    expect(reopened.hashOf('b', 0)).toBeUndefined();
    reopened.close();
  });

  test('the file holds no more than the tokens of the last ten minutes for long', () => {
    const tokens = IdempotencyTokens.open(dataDir, 0);
    for (let n = 0; n < 40_000; n += 1)
      tokens.complete({ token: `token-${n}`, requestHash: 'x'.repeat(64) }, n * 100);
    expect(statSync(join(dataDir, 'tokens.jsonl')).size).toBeLessThan(2_000_000);
    expect(tokens.hashOf('token-39999', 4_000_000)).toBeDefined();
    tokens.close();
  });
});
