import { describe, expect, test } from 'vitest';
import { generateSecret } from '../../src/secrets-manager/generate-secret.ts';

const ALPHABETS = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'];

describe('generateSecret()', () => {
  test('gives the text that a template gives', () => {
    expect(generateSecret({ kind: 'given', text: 'known' })).toBe('known');
  });

  test('has the length that is asked for, every kind, and nothing else', () => {
    for (let times = 0; times < 200; times += 1) {
      const rule = { length: 3, alphabets: ALPHABETS, requireEach: true };
      const secret = generateSecret({ kind: 'generated', rule });
      expect(secret).toMatch(/^[a-zA-Z0-9]{3}$/);
      expect([/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(secret))).toBe(true);
    }
  });

  test('need not have every kind where that is not asked for', () => {
    const rule = { length: 3, alphabets: ALPHABETS, requireEach: false };
    expect(generateSecret({ kind: 'generated', rule }, () => 0)).toBe('aaa');
  });

  test('is another one every time', () => {
    const rule = { length: 48, alphabets: ALPHABETS, requireEach: true };
    const secrets = Array.from({ length: 50 }, () => generateSecret({ kind: 'generated', rule }));
    expect(new Set(secrets).size).toBe(50);
  });

  test('goes into the object of the template', () => {
    const rule = { length: 4, alphabets: ['x'], requireEach: true };
    const within = { template: '{"user":"u","password":"old"}', key: 'password' };
    expect(JSON.parse(generateSecret({ kind: 'generated', rule, within }))).toEqual({
      user: 'u',
      password: 'xxxx',
    });
  });
});
