import { setTimeout as pauseFor } from 'node:timers/promises';
import type { DescribeTableCommandOutput } from '@aws-sdk/client-dynamodb';

/** Asks DynamoDB about a table of its own region. */
export type DescribeTable = (tableName: string, signal: AbortSignal) => Promise<DescribeTableCommandOutput>;

/** How {@link findStream} waits. */
export interface FindStreamOptions {
  /** Ends the search. */
  readonly signal: AbortSignal;
  /** Between two checks. @default 3000 */
  readonly pauseMs?: number;
  /**
   * Checks in a row that may end in an error of the call itself: rights that were given a moment ago take
   * seconds to arrive, and no right at all will not come by waiting.
   * @default 20
   */
  readonly errorsMax?: number;
}

/** Thrown when a table has no stream that could be read, for as long as one could wait. Says what to do. */
export class StreamNotFoundError extends Error {
  override readonly name = 'StreamNotFoundError';
}

/** What one check of a table found: its stream, or why there is none yet and what would help. */
type Finding =
  | { readonly streamArn: string }
  | { readonly state: string; readonly remedy: string; readonly error?: unknown };

/**
 * Finds the ARN of the stream that a table has in this region. Waits until the table is there, active and
 * streaming, as the region that owns it may be making the replica at this moment.
 *
 * @throws StreamNotFoundError when `signal` aborts before, or every call fails
 */
export async function findStream(
  describeTable: DescribeTable,
  tableName: string,
  { signal, pauseMs = 3_000, errorsMax = 20 }: FindStreamOptions,
): Promise<string> {
  let last: Finding = { state: 'DynamoDB has not answered', remedy: 'Deploy again' };
  let errors = 0;
  while (!signal.aborted && errors < errorsMax) {
    const found = await check(describeTable, tableName, signal);
    if ('streamArn' in found) return found.streamArn;
    errors = found.error === undefined ? 0 : errors + 1;
    // A call that was cut off says nothing about the table; what was seen before it does.
    if (!signal.aborted) last = found;
    await pauseFor(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  throw new StreamNotFoundError(
    `Cannot find the stream of table ${tableName} in this Region: ${last.state}, an active table with a stream is needed. ${last.remedy}.`,
    { cause: last.error },
  );
}

async function check(describeTable: DescribeTable, tableName: string, signal: AbortSignal): Promise<Finding> {
  try {
    return findingOf(await describeTable(tableName, signal));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'ResourceNotFoundException') {
      return {
        state: 'there is no table of that name',
        remedy: 'Deploy the primary Region first, as its stack makes the replica of every Region',
      };
    }
    return {
      state: `DynamoDB answered ${error.name} (${error.message})`,
      remedy: 'Remove what the error names, then deploy again',
      error,
    };
  }
}

function findingOf({ Table: table }: DescribeTableCommandOutput): Finding {
  const status = table?.TableStatus ?? 'of no known status';
  if (status !== 'ACTIVE') {
    return { state: `the table is ${status}`, remedy: 'Deploy again when it is ACTIVE' };
  }
  // The ARN of a stream is still told for a day after it was switched off.
  if (table?.StreamSpecification?.StreamEnabled !== true || table.LatestStreamArn === undefined) {
    return {
      state: 'the table has no stream',
      remedy: 'Deploy the primary Region again, as its stack switches the stream on',
    };
  }
  return { streamArn: table.LatestStreamArn };
}
