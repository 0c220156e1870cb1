import './counters.css';
import { useState } from 'react';
import { FailureNote } from '../items/failure-note.tsx';
import { readPk } from '../items/read-draft.ts';
import { usePlatform } from '../platform/platform-context.tsx';
import { Button } from '../ui/button.tsx';
import { Field, Select } from '../ui/field.tsx';
import { Panel } from '../ui/panel.tsx';
import { CounterLedgerView } from './counter-ledger-view.tsx';
import { RegionCounter } from './region-counter.tsx';
import { useCounter } from './use-counter.ts';

const bursts = [10, 25, 50];

/** A counter that is raced from every region, and whether all of them come to the same sum. */
export function CountersPanel() {
  const { regions } = usePlatform();
  const [newId, setNewId] = useState(newCounterId);
  const [idText, setIdText] = useState(newId);
  const [perRegion, setPerRegion] = useState(10);
  const id = readPk(idText);
  // While the name cannot be one, the last that could stays counted.
  const [countedId, setCountedId] = useState(idText);
  const counter = useCounter(countedId, { isNew: countedId === newId });
  const choose = (text: string): void => {
    setIdText(text);
    const { value } = readPk(text);
    if (value !== null) setCountedId(value);
  };
  const startAnew = (): void => {
    const fresh = newCounterId();
    setNewId(fresh);
    choose(fresh);
  };

  return (
    <Panel
      id="counters"
      title="Counters"
      description="Each region adds to its own part and a read adds the parts up. So no increment is lost, whatever is cut: the regions may disagree for a while, and then do not."
    >
      <div className="counters">
        <form className="counters-form" aria-label="The race" onSubmit={(event) => event.preventDefault()}>
          <Field
            label="Counter"
            value={idText}
            error={id.fault ?? undefined}
            autoComplete="off"
            spellCheck={false}
            data-testid="counter-id"
            onChange={({ target }) => choose(target.value)}
          />
          <Select
            label="Increments in each region"
            value={perRegion}
            data-testid="counter-burst"
            onChange={({ target }) => setPerRegion(Number(target.value))}
          >
            {bursts.map((size) => (
              <option key={size} value={size}>
                {size}
              </option>
            ))}
          </Select>
          <div className="counters-buttons">
            <Button
              variant="primary"
              isBusy={counter.isCounting}
              data-testid="counter-race"
              onClick={() =>
                counter.count(
                  regions.map(({ region }) => region),
                  perRegion,
                )
              }
            >
              Race the regions
            </Button>
            <Button variant="quiet" data-testid="counter-new" onClick={startAnew}>
              New counter
            </Button>
          </div>
        </form>
        <ul className="counters-regions">
          {counter.values.map((value, index) => (
            <li key={value.region}>
              <RegionCounter
                value={value}
                index={index}
                target={counter.agreement.expected}
                isCounting={counter.isCounting}
                onIncrement={() => counter.count([value.region], 1)}
              />
            </li>
          ))}
        </ul>
        <CounterLedgerView counter={counter} />
        {counter.failure !== null && (
          <FailureNote title="A region did not answer, or refused" failure={counter.failure} />
        )}
      </div>
    </Panel>
  );
}

/** A name that nobody has counted under yet, so that the sum is this page's alone. */
function newCounterId(): string {
  return `race-${Math.random().toString(36).slice(2, 8)}`;
}
