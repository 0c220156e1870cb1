import { regionColor } from './region-color.ts';

/** A region's name after a square of its colour. `index` is its place in the outputs. */
export function RegionTag({ region, index }: { readonly region: string; readonly index: number }) {
  return (
    <span className="region-tag">
      <span className="region-mark" style={{ background: regionColor(index) }} aria-hidden="true" />
      {region}
    </span>
  );
}
