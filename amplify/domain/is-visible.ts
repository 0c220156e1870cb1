import type { Item } from '../contract/item.ts';

/**
 * Tells whether readers may see an item. DynamoDB deletes expired items within days, not at once, so every
 * reader has to look at the time itself.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html
 */
export function isVisible(item: Pick<Item, 'ttl'>, nowMs: number): boolean {
  return item.ttl > Math.floor(nowMs / 1000);
}
