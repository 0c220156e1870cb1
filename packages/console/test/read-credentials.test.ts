import { describe, expect, it } from 'vitest';
import { readCredentials } from '../src/evacuation/operator-fields.tsx';

const temporary = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };

describe('readCredentials()', () => {
  it('takes temporary credentials that are whole', () => {
    expect(readCredentials(temporary)).toEqual(temporary);
  });

  it('takes none of which a part is missing, so never a long-term key', () => {
    for (const name of ['accessKeyId', 'secretAccessKey', 'sessionToken'] as const)
      expect(readCredentials({ ...temporary, [name]: '' })).toBeNull();
  });
});
