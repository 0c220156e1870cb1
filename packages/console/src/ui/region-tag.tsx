/** A region's name after a square of its colour. `index` is its place in the outputs. */
export function RegionTag({ region, index }: { readonly region: string; readonly index: number }) {
  return (
    <span className="region-tag">
      <span className="region-mark" style={{ background: regionColor(index) }} aria-hidden="true" />
      {region}
    </span>
  );
}

/** Colours there are; a platform with more regions begins anew. */
const COLORS = 6;

/**
 * The colour of a region by its place in the outputs, as a CSS value that follows the theme. Nothing is told by it alone:
 * the region's name stands beside it.
 */
export function regionColor(index: number): string {
  return `var(--region-${index % COLORS})`;
}
