import type { ItemKey } from '../contract/item.ts';
import { PlatformError } from './platform-error.ts';

/**
 * The error for a record that this API did not write, or that was damaged by hand, where it has to read or write. It
 * names the record by its key and tells nothing of what is in it.
 *
 * @param act - what was not done, for the sentence `Cannot <act>`
 */
export function foreignItem(act: string, { pk, sk }: ItemKey): PlatformError {
  const record = `the record under pk ${JSON.stringify(pk)} and sk ${JSON.stringify(sk)}`;
  return new PlatformError('foreign-item', `Cannot ${act}: another program wrote ${record}`, {
    key: { pk, sk },
  });
}
