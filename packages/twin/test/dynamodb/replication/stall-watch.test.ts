import { expect, test } from 'vitest';
import { STALL_MS, StallWatch } from '../../../src/dynamodb/replication/stall-watch.ts';

function watchAt(startMs: number) {
  const time = { nowMs: startMs };
  return { time, watch: new StallWatch({ clock: () => time.nowMs, lagMsMax: 500 }) };
}

const WAITING = { isCut: false, backlog: 3, delayMs: 200 };

test('a link is stalled once nothing has arrived for longer than its lag, its delay and the limit', () => {
  const { time, watch } = watchAt(1_000);
  time.nowMs += STALL_MS + 700;
  expect(watch.stalledMs(WAITING)).toBeUndefined();
  time.nowMs += 1;
  expect(watch.stalledMs(WAITING)).toBe(STALL_MS + 701);
});

test('a link that has nothing to send is not stalled, nor one that is cut', () => {
  const { time, watch } = watchAt(1_000);
  time.nowMs += 10 * STALL_MS;
  expect(watch.stalledMs({ ...WAITING, backlog: 0 })).toBeUndefined();
  expect(watch.stalledMs({ ...WAITING, isCut: true })).toBeUndefined();
});

test('what arrives begins the wait anew', () => {
  const { time, watch } = watchAt(1_000);
  time.nowMs += 2 * STALL_MS;
  watch.restart();
  expect(watch.stalledMs(WAITING)).toBeUndefined();
});
