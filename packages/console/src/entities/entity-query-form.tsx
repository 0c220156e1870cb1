import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field, Select } from '../ui/field.tsx';
import { RegionSelect } from '../ui/region-select.tsx';
import type { EntityFacts } from './entity-facts.ts';
import type { ItemQuery } from './use-entity-items.ts';

/** Which items to show: those of one partition, of one value of an index, or the one of an id. */
export function EntityQueryForm({
  entity: { partition, indexes },
  region,
  isBusy,
  onRegion,
  onAsk,
}: {
  readonly entity: EntityFacts;
  /** Null lets the client choose. */
  readonly region: string | null;
  readonly isBusy: boolean;
  readonly onRegion: (region: string | null) => void;
  readonly onAsk: (query: ItemQuery) => void;
}) {
  const [index, setIndex] = useState('');
  const [value, setValue] = useState('');
  const by = indexes.find(({ name }) => name === index)?.partition ?? partition ?? 'id';
  const isReady = value !== '';
  return (
    <form
      className="entities-form"
      aria-label="Find items"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !isBusy) onAsk({ index: index === '' ? null : index, value, region });
      }}
    >
      {indexes.length > 0 && (
        <Select
          label="Find by"
          value={index}
          data-testid="entity-index"
          onChange={({ target }) => setIndex(target.value)}
        >
          <option value="">{partition === null ? 'id' : `list of one ${partition}`}</option>
          {indexes.map(({ name }) => (
            <option key={name} value={name}>
              index {name}
            </option>
          ))}
        </Select>
      )}
      <Field
        label={by}
        value={value}
        autoComplete="off"
        spellCheck={false}
        data-testid="entity-value"
        onChange={({ target }) => setValue(target.value)}
      />
      <RegionSelect label="Read and write in" value={region} onRegion={onRegion} testId="entity-region" />
      <Button type="submit" isBusy={isBusy} disabled={!isReady} data-testid="entity-ask">
        Show the items
      </Button>
    </form>
  );
}
