import type { Item, ItemKey } from '@gsp/platform/contract';
import { usePlatform } from '../platform/platform-context.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { RegionTag } from '../ui/region-tag.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import { Cell, HeaderCell, Table } from '../ui/table.tsx';
import { useAction } from '../ui/use-action.ts';
import { type ComparedItem, compareLists } from './compare-lists.ts';
import { describeFailure, FailureNote } from './failure-note.tsx';
import type { RegionLists } from './use-region-lists.ts';

/** The latest items of a key as every region has them, side by side. */
export function RegionListsView({
  pk,
  regionLists,
}: {
  readonly pk: string;
  readonly regionLists: RegionLists;
}) {
  const { client, regions } = usePlatform();
  const { lists, hasAsked, failure, refresh } = regionLists;
  const deletion = useAction(async (signal: AbortSignal, key: ItemKey) => {
    await client.deleteItem(key, { signal });
    refresh();
  }, describeFailure);
  const rows = compareLists(lists);
  const foreign = new Set(lists.flatMap(({ unreadable = [] }) => unreadable.map(({ sk }) => sk)));
  const hasAnswer = lists.some(({ items }) => items !== null);
  return (
    <div className="items-lists" data-testid="region-lists">
      <h3 className="items-heading">
        The latest items of <code>{pk}</code> in each region
      </h3>
      {deletion.failure !== null && (
        <FailureNote title="The item was not deleted" failure={deletion.failure} />
      )}
      {failure !== null && !hasAnswer && <FailureNote title="No region answers" failure={failure} />}
      {!hasAsked && <Skeleton label="Reading the lists" />}
      {foreign.size > 0 && (
        <p className="items-data" data-testid="foreign-items">
          Records of other programs under this key: {[...foreign].map((sk) => JSON.stringify(sk)).join(', ')}
        </p>
      )}
      {hasAnswer && rows.length === 0 && foreign.size === 0 && (
        <EmptyState title="No items under this key yet" />
      )}
      {rows.length > 0 && (
        <Table
          caption={`Items of ${pk} in each region`}
          head={
            <>
              <HeaderCell>Item</HeaderCell>
              {regions.map(({ region }, index) => (
                <HeaderCell key={region}>
                  <RegionTag region={region} index={index} />
                </HeaderCell>
              ))}
              <HeaderCell>
                <span className="visually-hidden">Delete</span>
              </HeaderCell>
            </>
          }
        >
          {rows.map((row) => (
            <ItemRow
              key={row.sk}
              row={row}
              isBusy={deletion.isBusy}
              onDelete={() => void deletion.run({ pk, sk: row.sk })}
            />
          ))}
        </Table>
      )}
    </div>
  );
}

function ItemRow({
  row: { sk, cells, state },
  isBusy,
  onDelete,
}: {
  readonly row: ComparedItem;
  readonly isBusy: boolean;
  readonly onDelete: () => void;
}) {
  const { regions } = usePlatform();
  const known = cells.find((cell) => cell !== null && cell !== undefined);
  return (
    <tr
      className={state === 'same' ? undefined : 'items-row-differs'}
      data-testid="item-row"
      data-state={state}
    >
      <Cell>
        <code title={sk}>…{sk.slice(-8)}</code>
        <span className="items-data">{dataText(known)}</span>
      </Cell>
      {cells.map((cell, index) => (
        <Cell key={regions[index]?.region ?? index}>
          <CellText cell={cell} differs={state === 'differs'} />
        </Cell>
      ))}
      <Cell isNumeric>
        <Button
          size="small"
          variant="quiet"
          aria-label={`Delete the item ${sk}`}
          aria-disabled={isBusy || undefined}
          data-testid="item-delete"
          onClick={onDelete}
        >
          Delete
        </Button>
      </Cell>
    </tr>
  );
}

function CellText({ cell, differs }: { readonly cell: Item | null | undefined; readonly differs: boolean }) {
  if (cell === undefined) return <Badge>no answer</Badge>;
  if (cell === null) return <Badge tone="warn">not here</Badge>;
  const { region, updatedAt } = cell;
  return (
    <>
      <Badge tone={differs ? 'warn' : 'good'}>{differs ? 'another version' : 'here'}</Badge>
      <span className="items-data">
        {differs ? dataText(cell) : `written in ${region}`}{' '}
        <time dateTime={updatedAt}>{timeOfDay(updatedAt)}</time>
      </span>
    </>
  );
}

function dataText(item: Item | null | undefined): string {
  const text = item?.data === undefined ? 'no data' : JSON.stringify(item.data);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function timeOfDay(iso: string): string {
  return new Date(iso).toLocaleTimeString([], { hour12: false });
}
