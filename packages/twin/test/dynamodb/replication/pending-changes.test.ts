import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChangeLog } from '../../../src/dynamodb/journal/change-log.ts';
import { PendingChanges } from '../../../src/dynamodb/replication/pending-changes.ts';
import { seededRandom } from '../../../src/seeded-random.ts';

const REGION = 'eu-west-1';

function withLog(act: (log: ChangeLog) => void): void {
  const dataDir = mkdtempSync(join(tmpdir(), 'pending-'));
  const { log } = ChangeLog.open(dataDir);
  try {
    act(log);
  } finally {
    log.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const change = (key: string, { origin = REGION, timeMs = 0 } = {}) => ({
  ...{ stamp: 's', origin, tableName: 'items', key, timeMs, expired: false },
  oldImage: null,
  newImage: '{}',
});

describe('PendingChanges', () => {
  test('due() keeps the order of each item, covers every own change once, and none of other regions', () => {
    const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const step = fc.record({ key: keys, own: fc.boolean(), waitMs: fc.nat(40), send: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(), fc.nat(100), (steps, seed, max) => {
        withLog((log) => {
          const pending = new PendingChanges(log, {
            region: REGION,
            after: 0,
            random: seededRandom(seed, 'test'),
            lagMs: { min: 0, max },
          });
          log.onAppend((records) => pending.appended(records));
          const covered: number[] = [];
          const sent = new Map<string, number>();
          let nowMs = 0;
          const send = (atMs: number) => {
            const due = pending.due(atMs);
            for (const { key, sequence } of due.latest) {
              expect(sequence).toBeGreaterThan(sent.get(key) ?? 0);
              sent.set(key, sequence);
            }
            covered.push(...due.covered.map(({ sequence }) => sequence));
            pending.acknowledge(due.covered);
          };
          for (const { key, own, waitMs, send: sending } of steps) {
            log.append([change(key, { origin: own ? REGION : 'other', timeMs: nowMs })]);
            nowMs += waitMs;
            if (sending) send(nowMs);
          }
          send(nowMs + max + 1);
          const own = steps.flatMap((step, index) => (step.own ? [index + 1] : []));
          expect([...covered].sort((a, b) => a - b)).toEqual(own);
          expect(pending.count).toBe(0);
          expect(pending.acknowledged).toBe(steps.length);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('due() sends the last of several changes of an item, at most 100 items at once', () => {
    withLog((log) => {
      log.append([...Array.from({ length: 150 }, (_, n) => change(`k${n}`)), change('k0'), change('k0')]);
      const pending = new PendingChanges(log, {
        region: REGION,
        after: 0,
        random: () => 0,
        lagMs: { min: 0, max: 0 },
      });
      expect(pending.count).toBe(152);
      const first = pending.due(1);
      expect(first.latest).toHaveLength(100);
      pending.acknowledge(first.covered);
      expect(pending.acknowledged).toBe(100);
      const second = pending.due(1);
      expect(second.latest.at(-1)?.sequence).toBe(152);
      expect(second).toMatchObject({ latest: { length: 51 }, covered: { length: 52 } });
    });
  });

  test('acknowledged stays below a change that is not due, while later ones are sent', () => {
    withLog((log) => {
      log.append([change('slow'), change('fast')]);
      const lags = [0.9, 0];
      const pending = new PendingChanges(log, {
        region: REGION,
        after: 0,
        random: () => lags.shift() ?? 0,
        lagMs: { min: 0, max: 100 },
      });
      const due = pending.due(10);
      expect(due.covered.map(({ key }) => key)).toEqual(['fast']);
      pending.acknowledge(due.covered);
      expect(pending.acknowledged).toBe(0);
      expect(pending.nextDueMs()).toBe(90);
      expect(pending.count).toBe(1);
    });
  });
});
