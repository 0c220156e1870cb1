import type { PlatformClient } from '@gsp/client/fetch';
import type { ItemKey, JsonValue } from '@gsp/platform/contract';
import { useState } from 'react';
import { describeFailure, type Failure } from '../items/failure-note.tsx';
import { usePlatform } from '../platform/platform-context.tsx';
import { type Action, useAction } from '../ui/use-action.ts';
import { type EntityFacts, type EntityItem, keyOf } from './entity-facts.ts';

/** Calls of an entity whose definition this page does not have. */
interface EntityCalls {
  get(key: EntityItem, options: CallOptions): Promise<Read>;
  create(input: EntityItem, options: CallOptions): Promise<Read>;
  put(input: EntityItem, options: CallOptions): Promise<Read>;
  patch(key: EntityItem, changes: EntityItem, options: CallOptions): Promise<Read>;
  delete(key: EntityItem, options: CallOptions): Promise<unknown>;
  list(partition: EntityItem, options: CallOptions): Promise<ItemPage>;
  query(index: string, partition: EntityItem, options: CallOptions): Promise<ItemPage>;
}

interface CallOptions {
  readonly signal: AbortSignal;
  readonly region?: string;
  readonly cursor?: string;
  readonly ifMatch?: string;
}

interface Read {
  readonly item: EntityItem;
  readonly answer: { readonly etag: string | null; readonly region: string };
}

interface ItemPage {
  readonly items: readonly EntityItem[];
  readonly unreadable?: readonly ItemKey[];
  readonly cursor?: string;
  readonly answer: { readonly region: string };
}

/** Which items are asked for. */
export interface ItemQuery {
  /** Null: those of one partition, or the one of that id where the entity has no partition. */
  readonly index: string | null;
  readonly value: string;
  /** Where its pages are read; null lets the client choose. */
  readonly region: string | null;
}

/** What was found, and where. */
export interface FoundItems {
  readonly query: ItemQuery;
  readonly items: readonly EntityItem[];
  /** Ids of items among them that the entity's schema cannot read. */
  readonly unreadable: readonly string[];
  readonly cursor: string | undefined;
  /** Region that answered last. */
  readonly region: string;
}

/** One item that is being looked at, with the version that it was read in. */
export interface OpenItem {
  readonly item: EntityItem;
  readonly etag: string | null;
}

/** Items of one entity, as the panel works with them. */
export interface EntityItems {
  readonly found: FoundItems | null;
  readonly opened: OpenItem | null;
  readonly asking: Action<[ItemQuery, string?], Failure>;
  readonly opening: Action<[EntityItem], Failure>;
  /** Writes fields: over the open item while it is as it was read, or as a new one. */
  readonly saving: Action<[EntityItem, 'put' | 'patch' | 'create'], Failure>;
  readonly deleting: Action<[], Failure>;
  close(): void;
}

/**
 * Asks for items of an entity, opens one, changes and deletes it.
 *
 * @param region - where an item is opened and written: during a cut another region may hold another version of it, and
 *   would refuse what was changed here. Null lets the client choose
 */
export function useEntityItems(entity: EntityFacts, region: string | null): EntityItems {
  const { client } = usePlatform();
  const calls = callsOf(client, entity);
  const [found, setFound] = useState<FoundItems | null>(null);
  const [opened, setOpened] = useState<OpenItem | null>(null);
  const open = ({ item, answer }: Read) => setOpened({ item, etag: answer.etag });
  const here = pinnedTo(region);

  const asking = useAction(async (signal: AbortSignal, query: ItemQuery, cursor?: string) => {
    const options = { signal, ...pinnedTo(query.region), ...(cursor !== undefined && { cursor }) };
    const page = await askFor(calls, entity, query, options);
    const before = cursor === undefined ? null : found;
    setFound({
      query,
      items: [...(before?.items ?? []), ...page.items],
      unreadable: [...(before?.unreadable ?? []), ...(page.unreadable ?? []).map(({ sk }) => sk)],
      cursor: page.cursor,
      region: page.answer.region,
    });
  }, describeFailure);
  const again = async () => {
    if (found !== null) await asking.run(found.query);
  };
  /** What was refused of one item says nothing of the next. */
  const forget = () => {
    saving.reset();
    deleting.reset();
  };
  const opening = useAction(async (signal: AbortSignal, item: EntityItem) => {
    open(await calls.get(keyOf(entity, item), { signal, ...here }));
    forget();
  }, describeFailure);
  const saving = useAction(
    async (signal: AbortSignal, fields: EntityItem, how: 'put' | 'patch' | 'create') => {
      const options = { signal, ...here, ...(opened?.etag && { ifMatch: opened.etag }) };
      if (how === 'create' || opened === null) open(await calls.create(fields, { signal, ...here }));
      else if (how === 'put') open(await calls.put({ ...fields, ...keyOf(entity, opened.item) }, options));
      else open(await calls.patch(keyOf(entity, opened.item), fields, options));
      void again();
    },
    describeFailure,
  );
  const deleting = useAction(async (signal: AbortSignal) => {
    if (opened === null) return;
    const options = { signal, ...here, ...(opened.etag !== null && { ifMatch: opened.etag }) };
    await calls.delete(keyOf(entity, opened.item), options);
    setOpened(null);
    void again();
  }, describeFailure);
  const close = () => {
    setOpened(null);
    forget();
  };
  return { found, opened, asking, opening, saving, deleting, close };
}

function pinnedTo(region: string | null): { readonly region?: string } {
  return region === null ? {} : { region };
}

function callsOf(client: PlatformClient, { plural }: EntityFacts): EntityCalls {
  // Entities are in the client by their plurals; their types are the backend's, which this page does not know.
  return (client as unknown as Readonly<Record<string, EntityCalls>>)[plural] as EntityCalls;
}

/** A page of what was asked for; an item that is asked for by its id is a page of its own. */
async function askFor(
  calls: EntityCalls,
  { partition, indexes }: EntityFacts,
  { index, value }: ItemQuery,
  options: CallOptions,
): Promise<ItemPage> {
  const by = indexes.find(({ name }) => name === index);
  if (by !== undefined) return calls.query(by.name, { [by.partition]: value as JsonValue }, options);
  if (partition !== null) return calls.list({ [partition]: value }, options);
  const { item, answer } = await calls.get({ id: value }, options);
  return { items: [item], answer };
}
