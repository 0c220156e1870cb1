import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defaultWorkerEntry } from '../../src/lambda/worker-entry.ts';

test('defaultWorkerEntry() is a file that exists', () => {
  expect(existsSync(defaultWorkerEntry())).toBe(true);
});
