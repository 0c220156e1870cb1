import type { JsonValue } from '@gsp/platform/contract';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { JsonField } from '../ui/json-field.tsx';
import { RegionSelect } from '../ui/region-select.tsx';
import { readJson, readPk } from './read-draft.ts';

/** What the user wants to write. */
export interface WriteDraft {
  readonly pk: string;
  readonly data: JsonValue | undefined;
  /** Null lets the client choose. */
  readonly region: string | null;
}

/** The form's surroundings: the key is shared with the lists below it. */
export interface WriteFormProps {
  readonly pkText: string;
  readonly onPkText: (text: string) => void;
  readonly isBusy: boolean;
  readonly onWrite: (draft: WriteDraft) => void;
}

const firstData = '{ "hello": "world" }';

/** Where to write and what; what cannot be kept is said before it is sent. */
export function WriteForm({ pkText, onPkText, isBusy, onWrite }: WriteFormProps) {
  const [region, setRegion] = useState<string | null>(null);
  const [dataText, setDataText] = useState(firstData);
  const pk = readPk(pkText);
  const data = readJson(dataText);

  const submit = (): void => {
    if (pk.value === null || data.fault !== null || isBusy) return;
    onWrite({ pk: pk.value, data: data.value, region });
  };
  return (
    <form
      className="items-form"
      aria-label="Write an item"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <RegionSelect label="Write in" value={region} onRegion={setRegion} testId="write-region" />
      <Field
        label="Partition key"
        value={pkText}
        error={pk.fault ?? undefined}
        autoComplete="off"
        spellCheck={false}
        data-testid="write-pk"
        onChange={({ target }) => onPkText(target.value)}
      />
      <JsonField
        label="Data, as JSON"
        value={dataText}
        fault={data.fault}
        onChange={setDataText}
        testId="write-data"
      />
      <Button
        type="submit"
        variant="primary"
        isBusy={isBusy}
        disabled={pk.fault !== null || data.fault !== null}
        data-testid="write-submit"
      >
        Write the item
      </Button>
    </form>
  );
}
