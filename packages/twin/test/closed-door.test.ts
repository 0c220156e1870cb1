import { describe, expect, test } from 'vitest';
import { refusalAtDoor } from '../src/closed-door.ts';

const OWN = { host: '127.0.0.1:4000' };

describe('refusalAtDoor()', () => {
  test.each([
    '127.0.0.1:4000',
    '127.0.1.10:4010',
    '127.201.3.4',
    'localhost',
    'LOCALHOST:4000',
    'localhost.:4000',
    'app.localhost:4000',
    '[::1]:4000',
    undefined,
  ])('lets a program in that asks %s', (host) => {
    expect(refusalAtDoor({ headers: { host } })).toBeUndefined();
  });

  test.each([
    'rebound.example:4000',
    '127.0.0.1.evil.example',
    'localhost.evil.example:4000',
    'evillocalhost',
    '127.0.0.1@evil.example',
    'localhost/evil',
    'localhost:4000,evil.example',
    '0.0.0.0:4000',
    '10.0.0.1',
    '128.0.0.1',
    '[::1',
    '[::2]:4000',
    '',
    ' ',
  ])('refuses the host %j, and says it', (host) => {
    expect(refusalAtDoor({ headers: { host } })).toMatch(/^Cannot serve host "/);
  });

  test('lets the names of the listener in, and no others', () => {
    const door = { isOwnName: (name: string) => name === 'api.gsp.test' };
    expect(refusalAtDoor({ headers: { host: 'API.gsp.test:4010' } }, door)).toBeUndefined();
    expect(refusalAtDoor({ headers: { host: 'gsp.test:4010' } }, door)).toBeDefined();
  });

  test.each([
    { origin: 'http://127.0.0.1:4000' },
    { origin: 'http://127.0.0.1:4000', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    // A link on another page that the user follows.
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  ])('lets its own page in, and its user: %j', (headers) => {
    expect(refusalAtDoor({ headers: { ...OWN, ...headers } })).toBeUndefined();
  });

  const FOREIGN = [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'https://127.0.0.1:4000' },
    { origin: 'http://127.0.0.1:40000' },
    { origin: 'http://localhost:4000' },
    { origin: 'http://evil.example', 'sec-fetch-mode': 'navigate' },
    { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
  ];
  test.each([
    ...FOREIGN,
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
    { origin: 'http://127.0.0.1:4000', 'sec-fetch-site': 'cross-site' },
  ])('refuses another page: %j', (headers) => {
    expect(refusalAtDoor({ headers: { ...OWN, ...headers } })).toMatch(/^Cannot answer /);
  });

  test('lets the pages in that an API does, and images of any', () => {
    const door = { letsIn: (origin: string) => origin === 'https://app.example' };
    const at = (headers: Record<string, string>) => refusalAtDoor({ headers: { ...OWN, ...headers } }, door);
    expect(at({ origin: 'https://app.example', 'sec-fetch-site': 'cross-site' })).toBeUndefined();
    expect(at({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBeUndefined();
    for (const headers of FOREIGN) expect(at(headers), JSON.stringify(headers)).toContain('--allow-origin');
  });
});
