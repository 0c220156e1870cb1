import type { Sighting } from './judge/history.ts';

/** A sighting together with the digest that stands for its item. */
export interface TokenEntry extends Sighting {
  readonly item: string;
}

const PREFIX = '1~';
const ENTRY = /^([0-9a-f]{16})\.([a-z0-9-]+)\.([0-9a-z]+)\.([0-9a-z]*)\.[0-9a-z]+\.[0-9a-z]+$/;

/**
 * Reads what a session token says. Applications treat it as opaque; a judge may look, as a 204 has no other word
 * about the version that a deletion made.
 *
 * @returns the entries, the item touched last first; empty for a token of another format
 */
export function readSessionToken(token: string): readonly TokenEntry[] {
  if (!token.startsWith(PREFIX)) return [];
  return token
    .slice(PREFIX.length)
    .split('~')
    .flatMap((text) => {
      const [, item = '', region = '', dot = '', count = ''] = ENTRY.exec(text) ?? [];
      return item === '' ? [] : [{ item, region, count: Number.parseInt(count === '' ? dot : count, 36) }];
    });
}
