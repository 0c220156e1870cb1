import { z } from 'zod';

/**
 * A tally is the entity whose merges a drill judges, where a stage has it: `kind` is text by which the index `byKind` is
 * partitioned, `marks` a record that only grows, and its merge keeps the marks of both. So whatever regions add at the same time,
 * each mark that was acknowledged has to be there in the end.
 */
export const tallyEntity = { name: 'tally', plural: 'tallies', index: 'byKind' } as const;

/** A tally as a client saw it. */
export interface ObservedTally {
  readonly id: string;
  readonly version: Readonly<Record<string, number>>;
  readonly kind: string;
  /** Ids of the operations that have added to it, in order of their text. */
  readonly marks: readonly string[];
}

/** What a client may do to tallies. What adds to one leaves its id there as a mark. */
export type TallyAction =
  /** Makes a tally that is not there. */
  | { readonly kind: 'open'; readonly tally: string; readonly tallyKind: string }
  /** Adds a mark, and may move the tally to another kind. */
  | { readonly kind: 'mark'; readonly tally: string; readonly tallyKind?: string }
  | {
      readonly kind: 'drop';
      readonly tally: string;
      /** The version that its client has seen, and its marks, which go with it. */
      readonly match: Readonly<Record<string, number>>;
      readonly removed: readonly string[];
    }
  | { readonly kind: 'look'; readonly tally: string }
  /** Asks the index. */
  | { readonly kind: 'find'; readonly tallyKind: string };

/** Names a tally in violations: as items are named, by its keys. */
export function tallyName(id: string): string {
  return `${tallyPartition(id)}/${id}`;
}

/** Partition key of a tally, by which the conflict log names it. */
export function tallyPartition(id: string): string {
  return `${tallyEntity.name}~${id}`;
}

/** What judging needs of a tally; independent of the platform's contract on purpose. */
export const tallySchema = z
  .object({
    id: z.string(),
    version: z.record(z.string(), z.number()),
    kind: z.string(),
    marks: z.record(z.string(), z.number()),
  })
  .transform(({ marks, ...rest }): ObservedTally => ({ ...rest, marks: Object.keys(marks).sort() }));

/** A page of tallies. */
export const tallyPageSchema = z.object({
  items: z.array(tallySchema),
  cursor: z.exactOptional(z.string()),
});

/** Marks of a lost write that the conflict log holds. */
export function marksIn(data: unknown): string[] {
  const { data: found } = z.object({ marks: z.record(z.string(), z.number()) }).safeParse(data);
  return Object.keys(found?.marks ?? {});
}
