import type { ItemKey } from '../contract/item.ts';

/** Thrown when a record that this API did not write lies where it has to write: a fault that the operator mends. */
export class ForeignRecordError extends Error {
  override readonly name = 'ForeignRecordError';

  /** @param act - what cannot be done, for the sentence `Cannot <act>` */
  constructor(act: string, { pk, sk }: ItemKey) {
    super(
      `Cannot ${act}: under pk ${JSON.stringify(pk)} and sk ${JSON.stringify(sk)} lies a record of another program, ` +
        'one of this API or none is needed. Delete that record, or move it to a table of its own',
    );
  }
}
