import { describe, expect, test } from 'vitest';
import type { LogLevel } from '../../src/lambda/function-definition.ts';
import { consoleLine } from '../../src/lambda/function-log.ts';

function json(
  level: LogLevel,
  parts: unknown[],
  logLevel: LogLevel = 'TRACE',
): Record<string, unknown> | undefined {
  const line = consoleLine(level, parts, { logFormat: 'JSON', logLevel, requestId: () => 'r' });
  return line === undefined ? undefined : JSON.parse(line);
}

describe('consoleLine()', () => {
  test('drops what is below the log level, and only that', () => {
    expect(json('DEBUG', ['x'], 'INFO')).toBeUndefined();
    expect(json('INFO', ['x'], 'INFO')).toMatchObject({ level: 'INFO', requestId: 'r', message: 'x' });
    expect(json('ERROR', ['x'], 'FATAL')).toBeUndefined();
  });

  test.each(['{not json}', '{', '[1]', '"text"', ''])('wraps %j, which is no JSON object', (text) => {
    expect(json('INFO', [text])).toMatchObject({ message: text });
  });

  test('writes a circular object in its inspected form', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    expect(json('INFO', [circular])).toMatchObject({ message: expect.stringContaining('[Circular *1]') });
  });

  test('names no request while the code loads', () => {
    const options = { logLevel: 'INFO', requestId: () => undefined } as const;
    expect(consoleLine('INFO', ['x'], { ...options, logFormat: 'Text' })).toMatch(/\tundefined\tINFO\tx$/);
    expect(consoleLine('INFO', ['x'], { ...options, logFormat: 'JSON' })).not.toContain('requestId');
  });
});
