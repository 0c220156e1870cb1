import { isDeepStrictEqual } from 'node:util';
import { type Checker, itemName, type ObservedConflict, type RegionView, type Violation } from './history.ts';
import { versionText } from './image-ancestry.ts';
import { tallyName } from './tally.ts';

/**
 * Judges convergence: once writes have stopped and links are healed, every region answers with the same items, the
 * same conflict log, whole and by partition key, and the same counters.
 */
export const checkConvergence: Checker = (_history, views) => {
  const [first, ...others] = views;
  if (first === undefined) return [];
  const incomplete = views.flatMap((view) =>
    differences(indexed(view, logOf), indexed({ ...view, conflicts: view.conflictsByKey }, logOf), [
      `the whole log of ${view.region}`,
      'its log by partition key',
    ]),
  );
  const diverged = others.flatMap((other) => [
    ...differences(indexed(first, itemsOf), indexed(other, itemsOf), [first.region, other.region]),
    ...differences(indexed(first, logOf), indexed(other, logOf), [first.region, other.region]),
    ...differences(indexed(first, talliesOf), indexed(other, talliesOf), [first.region, other.region]),
    ...differences(indexed(first, countersOf), indexed(other, countersOf), [first.region, other.region]),
  ]);
  return [...incomplete, ...diverged];
};

/** One thing that a region answers with: the item or counter that it is about, what tells it apart, its content. */
interface Entry {
  readonly subject: string;
  readonly id: string;
  readonly content: unknown;
}

function itemsOf({ items }: RegionView): Entry[] {
  return items.map((item) => ({ subject: itemName(item), id: itemName(item), content: item }));
}

function conflictsOf(conflicts: readonly ObservedConflict[]): Entry[] {
  return conflicts.map((conflict) => {
    const { pk, sk } = conflict.loser;
    return { subject: itemName({ pk, sk }), id: `conflict ${conflictName(conflict)}`, content: conflict };
  });
}

function talliesOf({ tallies }: RegionView): Entry[] {
  const items = tallies?.items ?? [];
  const found = items.map((tally) => ({
    subject: tallyName(tally.id),
    id: tallyName(tally.id),
    content: tally,
  }));
  return [...found, ...conflictsOf(tallies?.conflicts ?? [])];
}

function countersOf({ counters }: RegionView): Entry[] {
  return Object.entries(counters).map(([counter, value]) => {
    const name = `counter ${counter}`;
    return { subject: name, id: name, content: value };
  });
}

function logOf({ conflicts }: RegionView): Entry[] {
  return conflictsOf(conflicts);
}

/** Names a conflict entry by its loser. */
export function conflictName({ loser }: ObservedConflict): string {
  return `${itemName(loser)} ${loser.region} ${versionText(loser.version)} ${loser.updatedAt}`;
}

function indexed(view: RegionView, entriesOf: (view: RegionView) => Entry[]): Map<string, Entry> {
  return new Map(entriesOf(view).map((entry) => [entry.id, entry]));
}

function differences(
  here: ReadonlyMap<string, Entry>,
  there: ReadonlyMap<string, Entry>,
  [hereName, thereName]: readonly [string, string],
): Violation[] {
  return [...new Map([...here, ...there])].flatMap(([id, { subject }]) => {
    const [a, b] = [here.get(id), there.get(id)];
    if (a !== undefined && b !== undefined && isDeepStrictEqual(a.content, b.content)) return [];
    const detail = `${id} differs: ${hereName} has ${shown(a)}, ${thereName} has ${shown(b)}; the same is needed`;
    return [{ subject, detail }];
  });
}

function shown(entry: Entry | undefined): string {
  return entry === undefined ? 'none' : JSON.stringify(entry.content);
}
