import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/states.tsx';
import { Cell, HeaderCell, Table } from '../ui/table.tsx';
import { type EntityFacts, type EntityItem, fieldsOf } from './entity-facts.ts';
import type { FoundItems } from './use-entity-items.ts';

const charactersMax = 90;

/** Items that were found, page after page. */
export function EntityItemsView({
  entity: { plural },
  found: { items, unreadable, cursor, region },
  isBusy,
  onOpen,
  onMore,
}: {
  readonly entity: EntityFacts;
  readonly found: FoundItems;
  readonly isBusy: boolean;
  readonly onOpen: (item: EntityItem) => void;
  readonly onMore: (cursor: string) => void;
}) {
  if (items.length === 0 && unreadable.length === 0 && cursor === undefined)
    return <EmptyState title={`No ${plural} found in ${region}`} />;
  return (
    <div className="entities-part" data-testid="entity-items">
      <p className="items-data" role="status">
        {items.length} found, read in {region}
      </p>
      {unreadable.length > 0 && (
        <p className="items-data" data-testid="entity-unreadable">
          Items that the schema cannot read: {unreadable.map((id) => JSON.stringify(id)).join(', ')}
        </p>
      )}
      <Table
        caption={`${plural} that were found`}
        head={
          <>
            <HeaderCell>Id</HeaderCell>
            <HeaderCell>Fields</HeaderCell>
            <HeaderCell>Written</HeaderCell>
            <HeaderCell>
              <span className="visually-hidden">Open</span>
            </HeaderCell>
          </>
        }
      >
        {items.map((item) => (
          <tr key={JSON.stringify([item.id, fieldsOf(item)])} data-testid="entity-row">
            <Cell>
              <code>{String(item.id)}</code>
            </Cell>
            <Cell>
              <span className="items-data">{shortened(JSON.stringify(fieldsOf(item)))}</span>
            </Cell>
            <Cell>
              <span className="items-data">
                {String(item.updatedAt)} in {String(item.region)}
              </span>
            </Cell>
            <Cell isNumeric>
              <Button
                size="small"
                variant="quiet"
                aria-label={`Open ${String(item.id)}`}
                onClick={() => onOpen(item)}
              >
                Open
              </Button>
            </Cell>
          </tr>
        ))}
      </Table>
      {cursor !== undefined && (
        <Button size="small" isBusy={isBusy} data-testid="entity-more" onClick={() => onMore(cursor)}>
          Show more
        </Button>
      )}
    </div>
  );
}

function shortened(text: string): string {
  return text.length > charactersMax ? `${text.slice(0, charactersMax - 1)}…` : text;
}
