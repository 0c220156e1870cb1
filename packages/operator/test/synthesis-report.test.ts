import { describe, expect, test } from 'vitest';
import { bundlingIssues, isSynthesisReport, reasonOf } from '../src/synthesis/synthesis-report.ts';

const ROOT = '/home/ann/shop/';

function errorAt(message: string, frames: readonly string[]): Error {
  const error = new Error(message);
  error.stack = [`Error: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}

describe('reasonOf', () => {
  test('reasonOf() adds the nearest line of the repository when the error names none', () => {
    const error = errorAt('Cannot read it', [
      `read (${ROOT}node_modules/aws-cdk-lib/core.js:1:2)`,
      `new Table (file://${ROOT}amplify/infra/table.ts:12:5)`,
      `file://${ROOT}amplify/backend.ts:30:1`,
    ]);
    expect(reasonOf(error, ROOT)).toBe('Cannot read it (amplify/infra/table.ts:12:5)');
  });

  test('reasonOf() adds no line when the message names one', () => {
    const error = errorAt(`${ROOT}amplify/backend.ts:3:7: ERROR: Expected ";"`, [
      `file://${ROOT}scripts/x.ts:1:1`,
    ]);
    expect(reasonOf(error, ROOT)).toBe('amplify/backend.ts:3:7: ERROR: Expected ";"');
  });

  test('reasonOf() takes wrappers off and keeps the remedy when Amplify gives one', () => {
    const cause = Object.assign(errorAt('Invalid function timeout of 0', []), {
      resolution: 'Take 1 to 900',
    });
    expect(reasonOf(new Error('Failed to instantiate', { cause }), ROOT)).toBe(
      'Invalid function timeout of 0. Take 1 to 900',
    );
  });

  test('reasonOf() repeats what was thrown when it is no error', () => {
    expect(reasonOf('no reason', ROOT)).toBe('no reason');
  });
});

describe('bundlingIssues', () => {
  test('bundlingIssues() returns each fault once with its place', () => {
    const stderr = [
      '✘ [ERROR] Could not resolve "./gone.ts"',
      '',
      '    amplify/functions/api/handler.ts:1:24:',
      "      1 │ import { x } from './gone.ts';",
      '✘ [ERROR] Could not resolve "./gone.ts"',
      '',
      '    amplify/functions/api/handler.ts:1:24:',
      '▲ [WARNING] Nothing to see',
      '✘ [ERROR] No such file',
    ].join('\n');
    expect(bundlingIssues(stderr)).toEqual([
      'amplify/functions/api/handler.ts:1:24: Could not resolve "./gone.ts"',
      'No such file',
    ]);
  });

  test('bundlingIssues() returns nothing when esbuild had nothing to say', () => {
    expect(bundlingIssues('Bundling asset platform/api/Code/Stage...\nDone in 5ms')).toEqual([]);
  });
});

describe('isSynthesisReport', () => {
  test.each([
    [{ ok: true }, true],
    [{ ok: false, reason: 'x' }, true],
    [{ ok: false }, false],
    ['amplifySynth', false],
    [null, false],
  ])('isSynthesisReport(%j) is %s', (message, expected) => {
    expect(isSynthesisReport(message)).toBe(expected);
  });
});
