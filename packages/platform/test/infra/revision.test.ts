import { describe, expect, test } from 'vitest';
import { revisionOf } from '../../src/infra/revision.ts';

describe('revisionOf', () => {
  test('revisionOf() takes what the deployer says before what Amplify Hosting says', () => {
    expect(revisionOf({ PLATFORM_REVISION: 'v1.2.3', AWS_COMMIT_ID: 'abc' })).toBe('v1.2.3');
    expect(revisionOf({ PLATFORM_REVISION: '', AWS_COMMIT_ID: 'abc' })).toBe('abc');
  });

  test('revisionOf() is undefined when nobody says', () => {
    expect(revisionOf({})).toBeUndefined();
    expect(revisionOf({ PLATFORM_REVISION: '', AWS_COMMIT_ID: '' })).toBeUndefined();
  });

  test.each(['a b', '"', '-x', 'x'.repeat(65), '{Token}'])('revisionOf() refuses %j', (revision) => {
    expect(() => revisionOf({ PLATFORM_REVISION: revision })).toThrow(/^Cannot tell the revision: .* needed/);
  });
});
