import { Badge } from '../ui/badge.tsx';
import { RegionTag, regionColor } from '../ui/region-tag.tsx';
import type { RouteView } from './describe-status.ts';
import type { RegionModel } from './region-model.ts';

/** The global name, where it leads, and lines from it to the regions. */
export function RouteStrip({
  route,
  regions,
  isWaiting,
}: {
  readonly route: RouteView | null;
  readonly regions: readonly RegionModel[];
  readonly isWaiting: boolean;
}) {
  return (
    <div className="route">
      <div className="route-node">
        {route === null ? (
          <p className="route-none">
            {isWaiting
              ? 'Where the global name leads is not known yet.'
              : 'This stage has no global name: clients choose among the regions themselves.'}
          </p>
        ) : (
          <RouteFacts route={route} regions={regions} />
        )}
      </div>
      <RouteLines regions={regions} />
    </div>
  );
}

function RouteFacts({
  route,
  regions,
}: {
  readonly route: RouteView;
  readonly regions: readonly RegionModel[];
}) {
  const tagOf = (region: string) => (
    <RegionTag
      key={region}
      region={region}
      index={regions.find((one) => one.region === region)?.index ?? 0}
    />
  );
  return (
    <>
      <p className="route-answer">
        <span className="route-name mono">{route.name}</span>
        <span className="route-verb">answers</span>
        {route.regions.length === 0 ? <span>nobody</span> : route.regions.map(tagOf)}
      </p>
      <p className="route-facts">
        {route.policy !== null && <span>{route.policy} routing</span>}
        {route.ttlSeconds !== null && <span>TTL {route.ttlSeconds} s</span>}
        {route.cached !== null && <span>in caches: {route.cached}</span>}
        {route.policy === null && <span>as this browser resolves it</span>}
        {route.isFailOpen && (
          <Badge tone="warn" title="Where no region is healthy, Route 53 answers as if all were.">
            no region is healthy
          </Badge>
        )}
      </p>
    </>
  );
}

/** From the middle of the top to the middle of each card; the one that is answered is drawn through. */
function RouteLines({ regions }: { readonly regions: readonly RegionModel[] }) {
  const count = regions.length;
  return (
    <svg className="route-lines" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
      {regions.map(({ region, index, isAnswered }) => {
        const x = endOf(index, count);
        return (
          <path
            key={region}
            className={isAnswered === true ? 'route-line route-line-active' : 'route-line'}
            style={isAnswered === true ? { stroke: regionColor(index) } : undefined}
            d={`M50 0 C50 16 ${x} 6 ${x} 24`}
          />
        );
      })}
    </svg>
  );
}

/** Two cards leave the middle to the links between them: see `.region-pair`. */
function endOf(index: number, count: number): number {
  if (count === 2) return index === 0 ? 20 : 80;
  return ((index + 0.5) * 100) / count;
}
