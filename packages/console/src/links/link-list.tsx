import { usePlatform } from '../platform/platform-context.tsx';
import type { RegionModel } from '../regions/region-model.ts';
import { describeMeasuredLink, describeTwinLink, LinkLane } from './link-lane.tsx';

/** Every direction of replication between the regions. */
export function LinkList({ regions }: { readonly regions: readonly RegionModel[] }) {
  const { twin, measuredLag } = usePlatform();
  const directions = regions.flatMap((from) =>
    regions.filter((to) => to !== from).map((to) => ({ from, to })),
  );
  return (
    <section className="links" aria-label="Replication links">
      <h3 className="links-title">Replication</h3>
      <ul className="link-list">
        {directions.map(({ from, to }) => {
          const between = { from: from.region, to: to.region };
          const isThis = (one: { from: string; to: string }) =>
            one.from === from.region && one.to === to.region;
          const link = twin?.state?.links.find(isThis);
          const view =
            link === undefined
              ? describeMeasuredLink(between, measuredLag.find(isThis)?.lagMs ?? null)
              : describeTwinLink(link);
          return (
            <LinkLane
              key={`${from.region}>${to.region}`}
              view={view}
              fromIndex={from.index}
              toIndex={to.index}
              fault={twin !== null && link !== undefined ? { twin, link } : null}
            />
          );
        })}
      </ul>
    </section>
  );
}
