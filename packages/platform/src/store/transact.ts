import {
  type CancellationReason,
  TransactionCanceledException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { type Clock, pause, type RandomInteger } from '../domain/clock.ts';
import type { StoreCallOptions } from '../domain/item-store.ts';
import { sendOptions, translated } from './translated.ts';

/** What carrying out transactions needs. */
export interface TransactOptions {
  readonly send: (command: TransactWriteCommand, options: { abortSignal?: AbortSignal }) => Promise<unknown>;
  readonly clock: Clock;
  readonly random: RandomInteger;
  /** Makes tokens that are never used twice. */
  readonly newToken: () => string;
}

/** The parts of a transaction. */
export type TransactItems = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** What was to be done, for the sentence `Cannot <act>`, and the parts that are made all or none. */
export interface Transaction {
  readonly act: string;
  readonly items: TransactItems;
}

/** How a transaction ended: made (undefined), or refused by a condition of one of its parts. */
export type TransactOutcome = readonly CancellationReason[] | undefined;

/** Carries out a transaction. */
export type Transact = (transaction: Transaction, call?: StoreCallOptions) => Promise<TransactOutcome>;

/** Attempts at a transaction that others get in the way of, and the longest wait before the second; it doubles. */
const attemptsMax = 8;
const firstWaitMs = 10;
const longestWaitMs = 320;

/**
 * Makes the one way in which transactions are carried out: each takes effect once, or not at all.
 *
 *     caller    ADD 1, token T ........ no answer: ADD 1, token T (by the SDK): made before, success
 *     table              made
 *
 * An UpdateItem has no token; one that is repeated after a lost answer would add twice. The token binds for ten
 * minutes, longer than any call here waits.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 *
 * The SDK does not repeat what another transaction on the same record has cancelled; that is done here, a few times,
 * after random waits. A cancelled transaction has done nothing, so the next attempt is a new one, with a token of its
 * own; one that is still in progress is asked for again by its token.
 *
 * @throws PlatformError `table-throttled` when others got in the way each time.
 */
export function createTransact({ send, clock, random, newToken }: TransactOptions): Transact {
  return ({ act, items }, call) =>
    translated(act, async () => {
      let token = newToken();
      for (let attempt = 1; ; attempt++) {
        try {
          const input = { TransactItems: items, ClientRequestToken: token };
          await send(new TransactWriteCommand(input), sendOptions(call));
          return undefined;
        } catch (error) {
          const reasons = reasonsOf(error);
          if (reasons.some(isRefused)) return reasons;
          const isInProgress = error instanceof TransactionInProgressException;
          const isContended = isInProgress || reasons.some(({ Code }) => Code === 'TransactionConflict');
          if (!isContended || attempt === attemptsMax || call?.signal?.aborted) throw error;
          if (!isInProgress) token = newToken();
        }
        const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** attempt);
        await pause(clock, 1 + random(waitMs));
      }
    });
}

/** Tells whether the condition of that part did not hold. */
export function isRefused({ Code }: CancellationReason): boolean {
  return Code === 'ConditionalCheckFailed';
}

function reasonsOf(error: unknown): readonly CancellationReason[] {
  return error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
}
