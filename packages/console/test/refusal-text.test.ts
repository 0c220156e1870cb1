import { describe, expect, it } from 'vitest';
import { refusalOf } from '../src/evacuation/refusal-text.ts';

const asked = { act: 'evacuate eu-west-1', via: 'eu-central-1' };

describe('refusalOf()', () => {
  it('lets the platform speak for itself, with its remedy', () => {
    const body = { detail: 'eu-central-1 is evacuated itself', remedy: 'Restore one first.' };
    expect(refusalOf({ status: 409, body }, asked)).toEqual({
      message: 'Cannot evacuate eu-west-1: eu-central-1 is evacuated itself.',
      remedy: 'Restore one first.',
    });
  });

  it('does not say twice what could not be done', () => {
    const body = { detail: 'Cannot evacuate eu-west-1: it is the last.' };
    expect(refusalOf({ status: 409, body }, asked)).toEqual({
      message: 'Cannot evacuate eu-west-1: it is the last.',
      remedy: null,
    });
  });

  it('names the policy that is missing where API Gateway only says Forbidden', () => {
    const { message, remedy } = refusalOf({ status: 403, body: { message: 'Forbidden' } }, asked);
    expect(message).toContain('eu-central-1 does not allow these credentials');
    expect(remedy).toContain('operator-eu-central-1');
  });

  it('says what it got where nobody explains', () => {
    expect(refusalOf({ status: 502, body: null }, asked).message).toContain('answered 502');
  });
});
