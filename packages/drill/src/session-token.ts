import { itemName, type ObservedItem, type Operation, type Sighting } from './judge/history.ts';

/** A sighting together with the digest that stands for its item. */
interface TokenEntry extends Sighting {
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

/** The answer with which a token came. */
interface TokenContext {
  readonly operation: Operation;
  readonly item: ObservedItem | undefined;
  readonly isReplay: boolean;
  /** Digests by which session tokens name items, learned from answers; by item name. */
  readonly digests: Map<string, string>;
}

/**
 * What the token says of the item at hand. It stands first, and its digest is learned from that; only an answer that
 * repeats an earlier one may come with a session that has seen something else since.
 */
export function sightingFromToken(
  token: string,
  { operation, item, isReplay, digests }: TokenContext,
): Sighting | undefined {
  const key = item ?? ('sk' in operation ? operation : undefined);
  const entries = readSessionToken(token);
  const [first] = entries;
  if (key === undefined || first === undefined) return undefined;
  if (!isReplay) digests.set(itemName(key), first.item);
  const found = entries.find((entry) => entry.item === digests.get(itemName(key)));
  return found === undefined ? undefined : { region: found.region, count: found.count };
}
