import { useState } from 'react';
import { FailureNote } from '../items/failure-note.tsx';
import { readJson } from '../items/read-draft.ts';
import { Button } from '../ui/button.tsx';
import { JsonField } from '../ui/json-field.tsx';
import { type EntityFacts, type EntityItem, fieldsOf } from './entity-facts.ts';
import type { EntityItems, OpenItem } from './use-entity-items.ts';

/** The item that is open, to be changed or deleted; or a new one. */
export function EntityEditor({
  entity,
  items: { opened, saving, deleting, close },
}: {
  readonly entity: EntityFacts;
  readonly items: EntityItems;
}) {
  const { name } = entity;
  const [shown, setShown] = useState(opened);
  const [text, setText] = useState(() => textOf(entity, opened));
  // Another item, or another version of it: its fields replace the text, and the form keeps the focus.
  if (shown !== opened) {
    setShown(opened);
    setText(textOf(entity, opened));
  }
  const draft = readJson(text);
  const fields = fieldsIn(draft.value);
  const fault = draft.fault ?? (fields === null ? 'Fields are an object: { "name": value }.' : null);
  const save = (how: 'put' | 'patch' | 'create') => {
    if (fields !== null) void saving.run(fields, how);
  };
  const isBusy = saving.isBusy || deleting.isBusy;
  return (
    <form
      className="entities-part"
      aria-label={opened === null ? `New ${name}` : `Edit ${String(opened.item.id)}`}
      data-testid="entity-editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) save(opened === null ? 'create' : 'put');
      }}
    >
      <h3 className="items-heading">
        {opened === null ? `New ${name}` : <code>{String(opened.item.id)}</code>}
      </h3>
      {opened !== null && (
        <p className="items-data" role="status">
          version {opened.etag}, written {String(opened.item.updatedAt)} in {String(opened.item.region)}
        </p>
      )}
      <JsonField
        label="Fields, as JSON"
        value={text}
        fault={fault}
        onChange={setText}
        rows={8}
        testId="entity-fields"
      />
      <div className="entities-actions">
        <Button
          type="submit"
          variant="primary"
          isBusy={saving.isBusy}
          disabled={fault !== null}
          data-testid="entity-save"
        >
          {opened === null ? `Create the ${name}` : 'Replace the fields'}
        </Button>
        {opened !== null && (
          <>
            <Button
              disabled={fault !== null}
              aria-disabled={isBusy || undefined}
              onClick={() => save('patch')}
            >
              Change only these fields
            </Button>
            <Button
              variant="danger"
              isBusy={deleting.isBusy}
              data-testid="entity-delete"
              onClick={() => void deleting.run()}
            >
              Delete
            </Button>
            <Button variant="quiet" onClick={close}>
              New {name} instead
            </Button>
          </>
        )}
      </div>
      {saving.failure !== null && <FailureNote title="Nothing was written" failure={saving.failure} />}
      {deleting.failure !== null && <FailureNote title="Nothing was deleted" failure={deleting.failure} />}
    </form>
  );
}

function textOf({ partition }: EntityFacts, opened: OpenItem | null): string {
  const fields = opened === null ? { ...(partition !== null && { [partition]: '' }) } : fieldsOf(opened.item);
  return JSON.stringify(fields, null, 2);
}

function fieldsIn(value: unknown): EntityItem | null {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as EntityItem) : null;
}
