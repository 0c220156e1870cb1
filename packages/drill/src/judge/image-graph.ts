import type { Sighting } from './history.ts';
import { countOf, parentsOf } from './image-ancestry.ts';
import type { Image, KnownItem } from './item-images.ts';

/** How one image stands to another. */
export type Descent = 'certain' | 'possible' | 'none';

/** Which image of an item was made from which. */
export interface ImageGraph {
  /** The image with this count of its writer: counts are unique, so there is one, or two of one keyed write. */
  find(sighting: Sighting): Image | undefined;
  /** All that an image includes, itself too; with what it only may include, if asked. */
  included(image: Image, withPossible: boolean): ReadonlySet<Image>;
  /** Whether `image` is `other`, the same keyed write as `other`, or was made from it. */
  descent(image: Image, other: Image): Descent;
  /** Whether `image` was certainly made from `other` itself, not only from the same keyed write in another region. */
  isMadeFrom(image: Image, other: Image): boolean;
  /** Images that were certainly made from this one, nearest first in no order. */
  childrenOf(image: Image): readonly Image[];
  /** Images of the same write: one that was made in several regions under one idempotency key. */
  twinsOf(image: Image): readonly Image[];
}

/**
 * Builds the graph of an item's images. Two images of one keyed write count as one: what was made from either
 * includes the write, and what the write replaced in either region is replaced by it.
 */
export function buildImageGraph(
  { images }: Pick<KnownItem, 'images'>,
  regions: readonly string[],
): ImageGraph {
  const parents = new Map(images.map((image) => [image, parentsOf(image, images, regions)]));
  const twins = new Map(
    images.map((image) => [
      image,
      image.operation === undefined
        ? []
        : images.filter((each) => each !== image && each.operation === image.operation),
    ]),
  );
  const included = (image: Image, withPossible: boolean): ReadonlySet<Image> => {
    const found = new Set([image]);
    for (const each of found) {
      const { images: before, isCertain } = parents.get(each) ?? { images: [], isCertain: true };
      for (const one of isCertain || withPossible ? before : []) found.add(one);
      for (const one of twins.get(each) ?? []) found.add(one);
    }
    return found;
  };
  const isMadeFrom = (image: Image, other: Image): boolean => {
    // A Set that grows while it is gone through: what is added comes later.
    const found = new Set([image]);
    for (const each of found) {
      const { images: before, isCertain } = parents.get(each) ?? { images: [], isCertain: false };
      if (isCertain) for (const one of before) found.add(one);
    }
    return image !== other && found.has(other);
  };
  return {
    included,
    find: ({ region, count }) =>
      images.find((image) => image.region === region && countOf(image.version, region) === count),
    descent: (image, other) => {
      if (included(image, false).has(other)) return 'certain';
      return included(image, true).has(other) ? 'possible' : 'none';
    },
    childrenOf: (image) =>
      images.filter((each) => {
        const { images: before, isCertain } = parents.get(each) ?? { images: [], isCertain: false };
        return isCertain && before.includes(image);
      }),
    twinsOf: (image) => twins.get(image) ?? [],
    isMadeFrom,
  };
}
