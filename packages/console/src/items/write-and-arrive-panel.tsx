import './items.css';
import { systemClock } from '@gsp/client/fetch';
import { useState } from 'react';
import { usePlatform } from '../platform/platform-context.tsx';
import { Panel } from '../ui/panel.tsx';
import { EmptyState } from '../ui/states.tsx';
import { useAction } from '../ui/use-action.ts';
import { ArrivalView } from './arrival-view.tsx';
import { describeFailure, FailureNote } from './failure-note.tsx';
import { readPk } from './read-draft.ts';
import { RegionListsView } from './region-lists-view.tsx';
import { settleWrite } from './settle-write.ts';
import { useArrival } from './use-arrival.ts';
import { useRegionLists } from './use-region-lists.ts';
import { type WriteDraft, WriteForm } from './write-form.tsx';

const firstPk = 'console-demo';

/** Writes an item in one region and shows when each other one has it, and what all of them hold now. */
export function WriteAndArrivePanel() {
  const { client } = usePlatform();
  const [pkText, setPkText] = useState(firstPk);
  const [listedPk, setListedPk] = useState(firstPk);
  const arrival = useArrival();
  const lists = useRegionLists(listedPk);
  const writing = useAction(async (signal: AbortSignal, { pk, data, region }: WriteDraft) => {
    const options = { signal, ...(region === null ? {} : { region }) };
    const { item, answer } = await settleWrite((keyed) =>
      client.writeItem({ pk, ...(data === undefined ? {} : { data }) }, { ...options, ...keyed }),
    );
    arrival.follow({ item, answer, acknowledgedAtMs: systemClock.nowMs() });
    lists.refresh();
  }, describeFailure);

  return (
    <Panel
      id="write"
      title="Write here, watch it arrive there"
      description="Each write is acknowledged by one region and copied to the others afterwards. This is how long that takes."
    >
      <div className="items">
        <div className="items-columns">
          <WriteForm
            pkText={pkText}
            onPkText={(text) => {
              setPkText(text);
              const { value } = readPk(text);
              if (value !== null) setListedPk(value);
            }}
            isBusy={writing.isBusy}
            onWrite={(draft) => void writing.run(draft)}
          />
          <div className="items-arrival">
            {writing.failure !== null && (
              <FailureNote title="The write was not acknowledged" failure={writing.failure} />
            )}
            {arrival.write === null ? (
              <EmptyState title="Nothing written yet">
                <p>Write an item: each region appears here with the moment at which it had it.</p>
              </EmptyState>
            ) : (
              <ArrivalView arrival={arrival} write={arrival.write} />
            )}
          </div>
        </div>
        <RegionListsView pk={listedPk} regionLists={lists} />
      </div>
    </Panel>
  );
}
