import { describe, expect, test } from 'vitest';
import outputs from '../../../../amplify_outputs.json' with { type: 'json' };
import { platformOutputsSchema } from '../../src/contract/outputs.ts';

describe('platformOutputsSchema', () => {
  test('platformOutputsSchema takes the merged outputs of this repository, and loses nothing of them', () => {
    expect(platformOutputsSchema.parse(outputs.custom)).toEqual(outputs.custom);
  });
});
