import type { Evacuations } from '../evacuation/use-evacuations.ts';
import { LinkList } from '../links/link-list.tsx';
import { usePlatform } from '../platform/platform-context.tsx';
import { classNames } from '../ui/badge.tsx';
import { RegionCard } from './region-card.tsx';
import { RouteStrip } from './route-strip.tsx';
import type { Overview } from './use-overview.ts';

/** The platform at one sight: where the global name leads, the regions, and what flows between them. */
export function RegionsPanel({
  overview: { route, regions },
  evacuations,
}: {
  readonly overview: Overview;
  readonly evacuations: Evacuations;
}) {
  const { twin } = usePlatform();
  const isPair = regions.length === 2;
  const cards = regions.map((model) => (
    <RegionCard key={model.region} model={model} route={route} onChanged={() => void evacuations.refresh()} />
  ));
  return (
    <section
      id="regions"
      aria-labelledby="regions-title"
      className={classNames('overview', twin?.isConnected === false && 'overview-stale')}
    >
      <h2 id="regions-title" className="visually-hidden">
        Regions
      </h2>
      <RouteStrip route={route} regions={regions} isWaiting={twin !== null && twin.state === null} />
      <div className={classNames('region-grid', isPair && 'region-pair')}>
        {isPair ? (
          <>
            {cards[0]}
            <LinkList regions={regions} />
            {cards[1]}
          </>
        ) : (
          cards
        )}
      </div>
      {!isPair && regions.length > 1 && <LinkList regions={regions} />}
    </section>
  );
}
