import type { History, ImageRecord, WriteId } from '../history.ts';

/** What descends from what, as it happened: nothing of it is read out of versions, dots or histories. */
export interface Ancestry {
  image(id: number): ImageRecord;
  /** Whether `write` is `ancestor`, or was made by someone who had `ancestor` before them, or a descendant of it. */
  includes(write: WriteId, ancestor: WriteId): boolean;
  /** Whether `write` made the image, or one of those before it in its own chain. */
  isInChain(image: number, write: WriteId): boolean;
  /** Whether the image was made on top of the other, by however many writes. */
  isMadeFrom(image: number, other: number): boolean;
}

/** Reads the ancestry of a history's writes out of what each region held when it accepted them. */
export function ancestryOf({ images }: Pick<History, 'images'>): Ancestry {
  const image = (id: number) => {
    const found = images[id];
    if (found === undefined) throw new RangeError(`Cannot judge the history: it has no image ${id}`);
    return found;
  };
  const parents = new Map<WriteId, Set<WriteId>>();
  for (const { write, parent, otherParent } of images) {
    const known = parents.get(write) ?? new Set();
    for (const each of [parent, otherParent]) if (each !== undefined) known.add(image(each).write);
    parents.set(write, known);
  }
  const closures = new Map<WriteId, ReadonlySet<WriteId>>();
  const closureOf = (write: WriteId) => {
    const known = closures.get(write);
    if (known !== undefined) return known;
    // A Set that grows while it is walked is walked to its end; a write with a key may be its own ancestor.
    const closure = new Set([write]);
    for (const each of closure) for (const parent of parents.get(each) ?? []) closure.add(parent);
    closures.set(write, closure);
    return closure;
  };
  const chainOf = (id: number) => {
    // A Set that grows while it is walked is walked to its end: a merge has two parents.
    const chain = new Set([id]);
    for (const each of chain) {
      const { parent, otherParent } = image(each);
      for (const next of [parent, otherParent]) if (next !== undefined) chain.add(next);
    }
    return [...chain].map(image);
  };
  return {
    image,
    includes: (write, ancestor) => closureOf(write).has(ancestor),
    isInChain: (id, write) => chainOf(id).some((each) => each.write === write),
    isMadeFrom: (id, other) => id !== other && chainOf(id).some((each) => each.id === other),
  };
}
