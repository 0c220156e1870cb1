import type { TwinRegion } from '@gsp/twin/control';
import type { CSSProperties, ReactNode } from 'react';
import { EvacuationActions } from '../evacuation/evacuation-actions.tsx';
import { PowerButtons } from '../faults/power-buttons.tsx';
import { RegionFaults } from '../faults/region-faults.tsx';
import { useFault } from '../faults/use-fault.ts';
import { type TwinView, usePlatform } from '../platform/platform-context.tsx';
import { Badge } from '../ui/badge.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { regionColor } from '../ui/region-tag.tsx';
import { ErrorState } from '../ui/states.tsx';
import type { RouteView } from './describe-status.ts';
import { HealthChecks } from './health-checks.tsx';
import { RegionFacts } from './region-facts.tsx';
import type { RegionModel } from './region-model.ts';

/** One region: what it is, how it does, and what may be done to it. */
export function RegionCard({
  model,
  route,
  onChanged,
}: {
  readonly model: RegionModel;
  readonly route: RouteView | null;
  readonly onChanged: () => void;
}) {
  const { region, index, role, status, conditions, health, evacuation, twinRegion } = model;
  const { twin } = usePlatform();
  const titleId = `region-${region}`;
  const evacuate = <EvacuationActions region={region} state={evacuation} onChanged={onChanged} />;
  return (
    <article
      className="region-card"
      aria-labelledby={titleId}
      data-region={region}
      data-status={status.label}
      style={{ '--region': regionColor(index) } as CSSProperties}
    >
      <header className="region-card-header">
        <div>
          <h3 id={titleId} className="region-card-title">
            {region}
          </h3>
          <p className="region-card-role">{role}</p>
        </div>
        <p className="region-card-status">
          {conditions.length > 0 && <Badge tone="warn">{conditions.join(' · ')}</Badge>}
          <Badge tone={status.tone} dot title={status.note ?? undefined}>
            {status.label}
          </Badge>
        </p>
      </header>
      <RegionFacts model={model} route={route} />
      {health !== null && health.checks.length > 0 && (
        <Disclosure summary="Health checks, one by one" className="region-more">
          <HealthChecks checks={health.checks} />
        </Disclosure>
      )}
      {twin !== null && twinRegion !== undefined ? (
        <TwinActions twin={twin} state={twinRegion}>
          {evacuate}
        </TwinActions>
      ) : (
        <footer className="region-actions">{evacuate}</footer>
      )}
    </article>
  );
}

function TwinActions({
  twin,
  state,
  children,
}: {
  readonly twin: TwinView;
  readonly state: TwinRegion;
  readonly children: ReactNode;
}) {
  const faults = useFault(twin);
  return (
    <>
      <Disclosure summary="Faults to inject" className="region-more">
        <RegionFaults state={state} twin={twin} faults={faults} />
      </Disclosure>
      {faults.error !== null && <ErrorState title={faults.error} />}
      <footer className="region-actions">
        <PowerButtons state={state} faults={faults} />
        {children}
      </footer>
    </>
  );
}
