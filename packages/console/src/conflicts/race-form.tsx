import { useState } from 'react';
import { describeFailure, FailureNote } from '../items/failure-note.tsx';
import { usePlatform } from '../platform/platform-context.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { RegionTag } from '../ui/region-tag.tsx';
import { useAction } from '../ui/use-action.ts';
import { type WriteOutcome, writeInEveryRegion } from './write-in-every-region.ts';

const sk = 'shared-note';
const firstTexts = ['Meet at nine', 'Meet at ten', 'Meet at eleven'];
const textMax = 200;

/** What each region is to write into the same item, and the button that lets them. */
export function RaceForm({ pk, onWritten }: { readonly pk: string; readonly onWritten: () => void }) {
  const { client, regions } = usePlatform();
  const [texts, setTexts] = useState<readonly string[]>(() =>
    regions.map((_, index) => firstTexts[index] ?? `Meet in ${index}`),
  );
  const [outcomes, setOutcomes] = useState<readonly WriteOutcome[] | null>(null);
  const race = useAction(async (signal: AbortSignal) => {
    // Distinguishes two races with the same words: only what was lost counts as restored.
    const writtenAt = new Date().toISOString();
    const drafts = regions.map(({ region }, index) => ({
      region,
      data: { text: texts[index] ?? '', writtenAt },
    }));
    setOutcomes(null);
    setOutcomes(await writeInEveryRegion({ pk, sk }, { client, signal, drafts }));
    onWritten();
  }, describeFailure);

  return (
    <form
      className="conflicts-race"
      aria-label="Write the same item in every region at once"
      onSubmit={(event) => {
        event.preventDefault();
        void race.run();
      }}
    >
      <div className="conflicts-fields">
        {regions.map(({ region }, index) => (
          <Field
            key={region}
            label={
              <>
                Written in <RegionTag region={region} index={index} />
              </>
            }
            value={texts[index] ?? ''}
            maxLength={textMax}
            autoComplete="off"
            data-testid={`conflict-text-${region}`}
            onChange={({ target }) => setTexts(texts.map((text, at) => (at === index ? target.value : text)))}
          />
        ))}
      </div>
      <Button type="submit" variant="primary" isBusy={race.isBusy} data-testid="conflict-race">
        Write the same item in {regions.length === 2 ? 'both regions' : 'every region'} at once
      </Button>
      {race.failure !== null && <FailureNote title="The writes were not sent" failure={race.failure} />}
      {outcomes !== null && <Outcomes outcomes={outcomes} />}
    </form>
  );
}

function Outcomes({ outcomes }: { readonly outcomes: readonly WriteOutcome[] }) {
  const { regions } = usePlatform();
  const areAllAcknowledged = outcomes.every(({ error }) => error === null);
  return (
    <div className="conflicts-outcomes" role="status" data-testid="conflict-outcomes">
      <ul>
        {outcomes.map(({ region, latencyMs }) => (
          <li key={region}>
            <RegionTag region={region} index={regions.findIndex((known) => known.region === region)} />{' '}
            <Badge tone={latencyMs === null ? 'bad' : 'good'}>
              {latencyMs === null ? 'not acknowledged' : `acknowledged after ${Math.round(latencyMs)} ms`}
            </Badge>
          </li>
        ))}
      </ul>
      {areAllAcknowledged && (
        <p className="conflicts-text">
          Each said yes, as none knew of the other. When replication has carried the writes across, the later
          one is seen everywhere and the other stands in the log below; while a link is cut, that waits until
          it heals.
        </p>
      )}
      {!areAllAcknowledged && (
        <p className="conflicts-text">
          Whether a write that was not acknowledged was made is not known. If it was, and lost, the log below
          will have it.
        </p>
      )}
      {outcomes.map(({ region, error }) =>
        error === null ? null : (
          <FailureNote
            key={region}
            title={`${region} did not acknowledge its write`}
            failure={describeFailure(error)}
          />
        ),
      )}
    </div>
  );
}
