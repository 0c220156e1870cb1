import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { QueueFiles } from '../../src/sqs/queue-files.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'queues-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('QueueFiles keeps messages and their number over a restart', () => {
  const path = folder();
  const queues = new QueueFiles(path);
  expect(queues.depth('q')).toBe(0);
  queues.send('q', '{"n":1}');
  queues.send('q', '{"n":2}');
  expect(queues.depth('q')).toBe(2);
  expect(new QueueFiles(path).depth('q')).toBe(2);
  expect(readFileSync(join(path, 'q.jsonl'), 'utf8')).toBe('{"n":1}\n{"n":2}\n');
});

test('QueueFiles sees that somebody emptied a queue', () => {
  const path = folder();
  const queues = new QueueFiles(path);
  queues.send('q', '{"n":1}');
  writeFileSync(join(path, 'q.jsonl'), '');
  expect(queues.depth('q')).toBe(0);
  queues.send('q', '{"n":2}');
  expect(queues.depth('q')).toBe(1);
});

test('QueueFiles cuts off a message that was being written when its process was killed', () => {
  const path = folder();
  new QueueFiles(path).send('q', '{"n":1}');
  appendFileSync(join(path, 'q.jsonl'), '{"n":');
  const queues = new QueueFiles(path);
  queues.send('q', '{"n":2}');
  expect(queues.depth('q')).toBe(2);
  expect(readFileSync(join(path, 'q.jsonl'), 'utf8')).toBe('{"n":1}\n{"n":2}\n');
});
