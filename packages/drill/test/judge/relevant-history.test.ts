import { describe, expect, test } from 'vitest';
import { relevantHistory } from '../../src/judge/relevant-history.ts';
import { history, image, put, W } from './history-fixture.ts';

describe('relevantHistory', () => {
  test('relevantHistory() tells what happened to one item, with the faults in between, and nothing else', () => {
    const mine = put(image(W, { [W]: 1 }, 'mine'), { key: 'k' });
    const other = put(image(W, { [W]: 2 }, 'other'));
    const elsewhere = {
      ...other,
      operation: { ...other.operation, sk: 'elsewhere' } as typeof other.operation,
    };
    const faults = [{ atMs: mine.startMs + 100, fault: `kill ${W}` }];
    const lines = relevantHistory('p/s', { history: history([mine, elsewhere]), faults });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/eu-west-1 {2}put mine key k => 200 eu-west-1=1 of eu-west-1 \{"op":"mine"\}$/);
    expect(lines[1]).toMatch(/\*\*\* kill eu-west-1$/);
  });
});
