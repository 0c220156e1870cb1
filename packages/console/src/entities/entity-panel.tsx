import './entities.css';
import { useState } from 'react';
import { FailureNote } from '../items/failure-note.tsx';
import { Select } from '../ui/field.tsx';
import { Panel } from '../ui/panel.tsx';
import { EntityEditor } from './entity-editor.tsx';
import type { EntityFacts } from './entity-facts.ts';
import { EntityItemsView } from './entity-items-view.tsx';
import { EntityQueryForm } from './entity-query-form.tsx';
import { useEntityItems } from './use-entity-items.ts';

/** What the backend defines, to be looked at and changed item by item. */
export function EntityPanel({ entities }: { readonly entities: readonly EntityFacts[] }) {
  const [plural, setPlural] = useState(entities[0]?.plural ?? '');
  const entity = entities.find((each) => each.plural === plural);
  return (
    <Panel
      id="entities"
      title="Entities"
      description="Items of what this backend defines. A change is made only while the item is as it was read."
    >
      <div className="entities">
        <Select
          label="Entity"
          value={plural}
          data-testid="entity-choice"
          onChange={({ target }) => setPlural(target.value)}
        >
          {entities.map(({ plural: each }) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </Select>
        {entity !== undefined && <EntityBrowser key={entity.plural} entity={entity} />}
      </div>
    </Panel>
  );
}

function EntityBrowser({ entity }: { readonly entity: EntityFacts }) {
  const [region, setRegion] = useState<string | null>(null);
  const items = useEntityItems(entity, region);
  const { found, asking, opening } = items;
  return (
    <div className="entities-columns">
      <div className="entities-part">
        <EntityQueryForm
          entity={entity}
          region={region}
          isBusy={asking.isBusy}
          onRegion={setRegion}
          onAsk={(query) => void asking.run(query)}
        />
        {asking.failure !== null && <FailureNote title="No items were read" failure={asking.failure} />}
        {opening.failure !== null && <FailureNote title="The item was not read" failure={opening.failure} />}
        {found !== null && (
          <EntityItemsView
            entity={entity}
            found={found}
            isBusy={asking.isBusy}
            onOpen={(item) => void opening.run(item)}
            onMore={(cursor) => void asking.run(found.query, cursor)}
          />
        )}
      </div>
      <EntityEditor entity={entity} items={items} />
    </div>
  );
}
