import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Intent, Intents } from '../../../src/dynamodb/journal/intents.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'intents-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const intent = (n: number): Intent => ({
  stamp: `stamp-${n}`,
  origin: 'eu-west-1',
  tableName: 'items',
  key: `2:k${n}`,
  kind: n % 2 === 0 ? 'put' : 'delete',
  oldImage: n % 2 === 0 ? null : `{"data":{"S":"${'x'.repeat(400)}"}}`,
  oldStamp: n % 2 === 0 ? '' : `stamp-${n - 1}`,
  timeMs: n,
  expired: false,
  logSequence: n,
  ...(n % 5 === 0 ? { tokenUse: { token: `token-${n}`, requestHash: 'hash' } } : {}),
});

describe('Intents', () => {
  test('all() brings back what was begun and not dropped, after a restart', () => {
    const { intents } = Intents.open(dataDir);
    intents.begin([intent(0), intent(1), intent(2), intent(5)]);
    intents.drop([intent(1)]);
    intents.carriedOut([intent(2)]);
    expect(intents.all()).toEqual([intent(0), intent(5)]);
    intents.close();
    // That the third was carried out is for the change log to tell.
    const reopened = Intents.open(dataDir).intents;
    expect(reopened.all()).toEqual([intent(0), intent(2), intent(5)]);
    reopened.close();
  });

  test('the file stays small under load, and keeps what is open', () => {
    const { intents } = Intents.open(dataDir);
    for (let n = 0; n < 3_000; n += 1) {
      intents.begin([intent(n)]);
      intents.carriedOut([intent(n)]);
    }
    expect(statSync(join(dataDir, 'intents.jsonl')).size).toBeLessThan(300_000);
    intents.begin([intent(1)]);
    for (let n = 10; n < 20_000; n += 1) {
      intents.begin([intent(n)]);
      intents.carriedOut([intent(n)]);
    }
    expect(statSync(join(dataDir, 'intents.jsonl')).size).toBeLessThan(5_000_000);
    intents.close();
    expect(Intents.open(dataDir).intents.all()).toContainEqual(intent(1));
  });
});
