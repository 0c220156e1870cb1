import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/contract/limits.ts';
import {
  encodeSession,
  mergeSessionTokens,
  readSessionToken,
  type Session,
  type Sighting,
} from '../../src/contract/session-token.ts';

const regionNames = fc.constantFrom('eu-west-1', 'eu-central-1');
const itemNames = fc.constantFrom(...Array.from({ length: 20 }, (_, n) => n.toString(16).padStart(16, '0')));

const sightings: fc.Arbitrary<Sighting> = fc.record({
  item: itemNames,
  region: regionNames,
  dot: fc.integer({ min: 1, max: 1_000 }),
  count: fc.integer({ min: 1, max: 1_000 }),
  updatedAtMs: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_100 }),
  until: fc.integer({ min: 1_700_000_000, max: 1_700_009_999 }),
});

const sessions: fc.Arbitrary<Session> = fc.uniqueArray(sightings, {
  minLength: 1,
  maxLength: limits.sessionItemsMax,
  selector: ({ item }) => item,
});

function sighting(item: string, changes: Partial<Sighting> = {}): Sighting {
  const seen = {
    region: 'eu-west-1',
    dot: 5,
    count: 5,
    updatedAtMs: 1_700_000_000_000,
    until: 1_700_003_600,
  };
  return { item: item.repeat(16), ...seen, ...changes };
}

function read(token: string | undefined): Session {
  const session = token === undefined ? undefined : readSessionToken(token);
  if (session === undefined) throw new Error(`Cannot read the token: ${token} is none`);
  return session;
}

describe('readSessionToken()', () => {
  it('reads what encodeSession() has written, and nothing that differs from it by a character', () => {
    fc.assert(
      fc.property(sessions, fc.nat(), (session, at) => {
        const token = encodeSession(session);
        expect(readSessionToken(token)).toEqual(session);
        const cut = at % token.length;
        const damaged = `${token.slice(0, cut)}!${token.slice(cut + 1)}`;
        expect(readSessionToken(damaged)).toBeUndefined();
      }),
    );
  });
});

describe('mergeSessionTokens()', () => {
  it('keeps what both have seen when two requests were under way together', () => {
    const merged = mergeSessionTokens({
      held: encodeSession([sighting('b')]),
      noted: encodeSession([sighting('a')]),
    });
    expect(read(merged).map(({ item }) => item[0])).toStrictEqual(['a', 'b']);
  });

  it('believes the answer about an item that nobody else has changed since the request, whatever the clocks say', () => {
    const before = sighting('a');
    // Its region's clock runs behind.
    const after = sighting('a', { region: 'eu-central-1', dot: 9, updatedAtMs: before.updatedAtMs - 60_000 });
    const held = encodeSession([before]);
    const merged = mergeSessionTokens({ held, noted: encodeSession([after]), sent: held });
    expect(read(merged)).toStrictEqual([after]);
  });

  it('keeps what is held of an item that the answer knows no better than the request did', () => {
    const before = sighting('a');
    const since = sighting('a', { dot: 7, updatedAtMs: before.updatedAtMs - 60_000 });
    const merged = mergeSessionTokens({
      held: encodeSession([since]),
      noted: encodeSession([sighting('b'), before]),
      sent: encodeSession([before]),
    });
    expect(read(merged)).toStrictEqual([sighting('b'), since]);
  });

  it('takes the later of two writes that both came since the request', () => {
    const earlier = sighting('a', { dot: 7, updatedAtMs: 1_700_000_000_010 });
    const later = sighting('a', { dot: 8, updatedAtMs: 1_700_000_000_020 });
    const sent = encodeSession([sighting('a')]);
    for (const [held, noted] of [
      [earlier, later],
      [later, earlier],
    ] as const) {
      const merged = mergeSessionTokens({ held: encodeSession([held]), noted: encodeSession([noted]), sent });
      expect(read(merged)).toStrictEqual([later]);
    }
  });

  it('leaves what is held as it is when the answer brings a damaged token', () => {
    const held = encodeSession([sighting('a')]);
    expect(mergeSessionTokens({ held, noted: '1~nonsense' })).toBe(held);
    expect(mergeSessionTokens({ held: undefined, noted: 'nonsense' })).toBeUndefined();
    expect(mergeSessionTokens({ held: 'nonsense', noted: held })).toBe(held);
  });

  it('always gives a token that a server takes, with the newest items of the answer first', () => {
    fc.assert(
      fc.property(sessions, sessions, fc.option(sessions, { nil: undefined }), (held, noted, sent) => {
        const merged = read(
          mergeSessionTokens({
            held: encodeSession(held),
            noted: encodeSession(noted),
            sent: sent && encodeSession(sent),
          }),
        );
        expect(merged.length).toBeLessThanOrEqual(limits.sessionItemsMax);
        expect(merged.slice(0, noted.length).map(({ item }) => item)).toStrictEqual(
          noted.map(({ item }) => item),
        );
        const known = [...held, ...noted];
        for (const seen of merged) expect(known).toContainEqual(seen);
      }),
    );
  });
});
