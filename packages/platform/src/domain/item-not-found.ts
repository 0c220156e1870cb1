import type { Conflict } from '../contract/conflict.ts';
import { PlatformError } from './platform-error.ts';

/**
 * The error for an item that this region does not hold, or not any more.
 *
 * @param superseded - the write that the session has seen and that was lost, if that is why
 */
export function itemNotFound(act: 'read' | 'delete', superseded?: Conflict): PlatformError {
  return new PlatformError(
    'item-not-found',
    `Cannot ${act} the item: this region holds none under these keys`,
    {
      ...(superseded === undefined ? {} : { superseded }),
    },
  );
}
