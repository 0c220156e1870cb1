import { useCallback, useEffect, useRef, useState } from 'react';
import { describeFailure, type Failure } from '../items/failure-note.tsx';
import { usePlatform } from '../platform/platform-context.tsx';
import { usePoll } from '../ui/use-poll.ts';
import {
  type Agreement,
  type CounterLedger,
  emptyLedger,
  judgeAgreement,
  type RegionValue,
  withAcknowledged,
  withBase,
  withUncertain,
} from './counter-agreement.ts';
import { type IncrementOutcome, raceIncrements } from './race-increments.ts';

/** One counter, as every region says it is. */
export interface CounterView {
  readonly values: readonly RegionValue[];
  readonly ledger: CounterLedger;
  readonly agreement: Agreement;
  /** Whether increments are under way. */
  readonly isCounting: boolean;
  /** The latest increment or read that failed; null when the last of either kind went well. */
  readonly failure: Failure | null;
  /** Adds 1 in each of the regions, `perRegion` times, at the same time. */
  count(regions: readonly string[], perRegion: number): void;
}

interface Seen {
  readonly id: string;
  readonly values: ReadonlyMap<string, number | null>;
  readonly ledger: CounterLedger;
}

const settledEveryMs = 5_000;
const movingEveryMs = 500;
const timeoutMs = 2_500;

/**
 * Reads the counter in every region as long as the page can be seen, faster while the regions disagree.
 *
 * @param isNew whether nobody has counted under this name before, so that it begins at 0
 */
export function useCounter(id: string, { isNew }: { readonly isNew: boolean }): CounterView {
  const { client, regions } = usePlatform();
  const [kept, setSeen] = useState<Seen>(() => unseen(id, isNew));
  const [isCounting, setCounting] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const race = useRef<AbortController | null>(null);
  useEffect(() => () => race.current?.abort(), []);

  // Another counter is another story: nothing of the one before is shown for it.
  const change = useCallback(
    (next: (seen: Seen) => Seen) => setSeen((known) => next(known.id === id ? known : unseen(id, isNew))),
    [id, isNew],
  );
  const seen = kept.id === id ? kept : unseen(id, isNew);
  const values = regions.map(({ region }): RegionValue => ({ region, value: seen.values.get(region) }));
  const agreement = judgeAgreement(values, seen.ledger);

  const read = useCallback(
    async (signal: AbortSignal) => {
      const answers = await Promise.all(
        regions.map(async ({ region }): Promise<RegionValue> => {
          try {
            const options = { region, session: null, timeoutMs, signal };
            return { region, value: (await client.getCounter({ id }, options)).value };
          } catch (error) {
            if (!signal.aborted) setFailure(describeFailure(error));
            return { region, value: null };
          }
        }),
      );
      if (signal.aborted) return;
      if (answers.every(({ value }) => value !== null)) setFailure(null);
      change((known) => ({
        id,
        values: new Map(answers.map(({ region, value }) => [region, value ?? null])),
        ledger: withBase(known.ledger, answers),
      }));
    },
    [client, regions, id, change],
  );
  const isSettled = !isCounting && (agreement.state === 'exact' || agreement.state === 'agree');
  usePoll(read, { everyMs: isSettled ? settledEveryMs : movingEveryMs });

  const count = (inRegions: readonly string[], perRegion: number): void => {
    if (race.current !== null) return;
    const end = new AbortController();
    race.current = end;
    setCounting(true);
    setFailure(null);
    const onOutcome = (outcome: IncrementOutcome): void => {
      change((known) => ({ ...known, ledger: noteOutcome(known.ledger, outcome) }));
      if (outcome.outcome !== 'acknowledged') setFailure(describeFailure(outcome.error));
    };
    void raceIncrements(id, { client, regions: inRegions, perRegion, signal: end.signal, onOutcome }).then(
      () => {
        race.current = null;
        setCounting(false);
      },
    );
  };
  return { values, ledger: seen.ledger, agreement, isCounting, failure, count };
}

function unseen(id: string, isNew: boolean): Seen {
  return { id, values: new Map(), ledger: isNew ? { ...emptyLedger, base: 0 } : emptyLedger };
}

function noteOutcome(ledger: CounterLedger, { by, outcome }: IncrementOutcome): CounterLedger {
  switch (outcome) {
    case 'acknowledged':
      return withAcknowledged(ledger, by);
    case 'uncertain':
      return withUncertain(ledger, by);
    case 'refused':
      return ledger;
  }
}
