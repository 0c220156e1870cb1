import { isProblemError, type PlatformClient } from '@gsp/client/fetch';
import { settleWrite } from '../items/settle-write.ts';

/** One increment came to its end. `uncertain`: it may have counted. `refused`: it has not. */
export type IncrementOutcome =
  | { readonly region: string; readonly by: number; readonly outcome: 'acknowledged' }
  | {
      readonly region: string;
      readonly by: number;
      readonly outcome: 'uncertain' | 'refused';
      readonly error: unknown;
    };

/** A burst of increments. */
export interface RaceOptions {
  readonly client: Pick<PlatformClient, 'incrementCounter'>;
  readonly regions: readonly string[];
  /** Increments for each region. */
  readonly perRegion: number;
  readonly by?: number;
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: IncrementOutcome) => void;
}

/**
 * Requests under way in one region. DynamoDB cancels transactions that meet on one record, so more of them at once
 * would wait for each other, not count faster.
 */
const concurrency = 2;
// Nobody else can answer for a region that was chosen: it is given time.
const timeoutMs = 10_000;

/** Increments a counter from every region at the same time, each call in its region alone. Never rejects. */
export async function raceIncrements(id: string, options: RaceOptions): Promise<void> {
  const { regions, perRegion } = options;
  await Promise.all(
    regions.map(async (region) => {
      let left = perRegion;
      const lane = async (): Promise<void> => {
        while (left > 0 && !options.signal.aborted) {
          left -= 1;
          options.onOutcome(await incrementOnce(id, { ...options, region }));
        }
      };
      await Promise.all(Array.from({ length: concurrency }, lane));
    }),
  );
}

async function incrementOnce(
  id: string,
  { client, region, by = 1 }: Pick<RaceOptions, 'client' | 'by'> & { readonly region: string },
): Promise<IncrementOutcome> {
  try {
    // An increment that is under way is not broken off: its outcome would be unknown for nothing.
    await settleWrite((keyed) =>
      client.incrementCounter({ id, by }, { region, session: null, timeoutMs, ...keyed }),
    );
    return { region, by, outcome: 'acknowledged' };
  } catch (error) {
    return {
      region,
      by,
      outcome: isProblemError(error) && error.status < 500 ? 'refused' : 'uncertain',
      error,
    };
  }
}
