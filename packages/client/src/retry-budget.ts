/** How many requests a client may send beyond the first of each call. */
export interface RetryBudget {
  /** Tokens at hand. */
  readonly balance: number;
  /** A call begins: adds its share. */
  deposit(): void;
  /** Takes a token for one more request. False when there is none: that request must not be sent. */
  withdraw(): boolean;
  /** Puts the token of a request back that has added nothing to an overload: another region answered it. */
  giveBack(): void;
}

/** Shares are counted in millionths of a token, as sums of fractions such as 0.1 would drift. */
const unitsPerToken = 1_000_000;

/**
 * Makes a token bucket that bounds what retries, failovers and hedges add to the load of a platform in trouble. Over
 * any number of calls, the further requests whose tokens were kept are at most `reserve + ratio × calls`.
 *
 * The measure is that of Amazon's client-side token buckets: a share of what succeeds anyway, not a number per call.
 * https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 * So is that a token comes back from a request that was answered (the retry quota of the AWS SDKs). Where one region is
 * lost, every call under way there moves once, to a region that answers: however many they are, as many tokens come back.
 * Where all regions are slow none does, and the bucket runs dry.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 *
 * @param ratio - tokens that one call adds
 * @param reserve - tokens at the start, and the most there can be; below 1 nothing is ever repeated
 * @throws {RangeError} when either is negative or no finite number
 */
export function createRetryBudget({ ratio, reserve }: { ratio: number; reserve: number }): RetryBudget {
  requireAmount('ratio', ratio);
  requireAmount('reserve', reserve);
  const share = Math.floor(ratio * unitsPerToken);
  const capacity = Math.floor(reserve * unitsPerToken);
  let units = capacity;
  return {
    get balance() {
      return units / unitsPerToken;
    },
    deposit() {
      units = Math.min(capacity, units + share);
    },
    withdraw() {
      if (units < unitsPerToken) return false;
      units -= unitsPerToken;
      return true;
    },
    giveBack() {
      units = Math.min(capacity, units + unitsPerToken);
    },
  };
}

function requireAmount(name: string, amount: number): void {
  if (Number.isFinite(amount) && amount >= 0) return;
  throw new RangeError(`Cannot bound retries: ${name} is ${amount}, a number of at least 0 is needed`);
}
