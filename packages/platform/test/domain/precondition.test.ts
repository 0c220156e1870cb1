import { describe, expect, it } from 'vitest';
import { entityTagOf, requirePrecondition } from '../../src/domain/precondition.ts';
import { childOf } from './write-under-test.ts';

const nowMs = Date.parse('2026-11-22T12:00:00.000Z');
const present = childOf(undefined, { nowMs, ttlSeconds: 60 });
const tombstone = childOf(present, { nowMs, content: 'tombstone' });
const other = 'of another API; eu-west-1=1';

describe('requirePrecondition()', () => {
  it.each([
    ['there is no condition', present, {}],
    ['any version is required and there is one', present, { ifMatch: 'any' as const }],
    ['the version is among those required', present, { ifMatch: [other, entityTagOf(present)] }],
    ['none may exist and there is none', undefined, { ifNoneMatch: 'any' as const }],
    ['none may exist and it was deleted', tombstone, { ifNoneMatch: 'any' as const }],
    ['another version is excluded', present, { ifNoneMatch: [other] }],
  ])('accepts when %s', (_case, image, precondition) => {
    expect(() => requirePrecondition(image, precondition, nowMs)).not.toThrow();
  });

  it.each([
    ['any version is required and there is none', undefined, { ifMatch: 'any' as const }],
    ['any version is required and it was deleted', tombstone, { ifMatch: 'any' as const }],
    ['the version of the tombstone is required', tombstone, { ifMatch: [entityTagOf(tombstone)] }],
    ['another version is required', present, { ifMatch: [other] }],
    ['no version is required', present, { ifMatch: [] }],
    ['none may exist and there is one', present, { ifNoneMatch: 'any' as const }],
    ['the version is excluded', present, { ifNoneMatch: [entityTagOf(present)] }],
  ])('fails with item-changed when %s', (_case, image, precondition) => {
    expect(() => requirePrecondition(image, precondition, nowMs)).toThrow(
      expect.objectContaining({ code: 'item-changed' }),
    );
  });

  it('takes an expired item for none', () => {
    const laterMs = nowMs + 60_000;
    expect(() => requirePrecondition(present, { ifNoneMatch: 'any' }, laterMs)).not.toThrow();
    expect(() => requirePrecondition(present, { ifMatch: 'any' }, laterMs)).toThrow('this region holds none');
  });
});
