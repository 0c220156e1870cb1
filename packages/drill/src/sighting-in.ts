import { itemName, type ObservedItem, type Operation, type Sighting } from './judge/history.ts';
import { readSessionToken } from './session-token.ts';

/** The answer with which a token came. */
export interface TokenContext {
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
export function sightingIn(
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
