import type { EvacuationState } from '@gsp/client/operator';
import type { ReactNode } from 'react';
import { Badge, type Tone } from '../ui/badge.tsx';
import { untilText } from '../ui/duration-text.ts';
import { RegionTag } from '../ui/region-tag.tsx';
import { Skeleton } from '../ui/states.tsx';
import { useNow } from '../ui/use-now.ts';

const STATUSES: Readonly<Record<EvacuationState['status'], readonly [Tone, string]>> = {
  'in-service': ['good', 'in service'],
  partly: ['warn', 'evacuated, not known everywhere'],
  evacuated: ['warn', 'evacuated'],
  unknown: ['neutral', 'no peer answers'],
};

/** Whether every region is in service, and what each peer says of it. */
export function EvacuationList({
  states,
  indexOf,
  actionsOf,
}: {
  readonly states: readonly EvacuationState[];
  readonly indexOf: (region: string) => number;
  readonly actionsOf: (state: EvacuationState) => ReactNode;
}) {
  const nowMs = useNow();
  if (states.length === 0) return <Skeleton label="Asking every region for its peers" lines={3} />;
  return (
    <ul className="evacuation-list">
      {states.map((state) => {
        const { region, status, expiresAt, probes } = state;
        const [tone, label] = STATUSES[status];
        return (
          <li key={region} className="evacuation-row">
            <RegionTag region={region} index={indexOf(region)} />
            <span className="evacuation-state">
              <Badge tone={tone}>{label}</Badge>
              {expiresAt !== null && <span>ends {untilText(expiresAt, nowMs)}</span>}
            </span>
            <span className="evacuation-probes">
              {probes.map(({ peer, isEvacuated }) => `${peer} says: ${said(isEvacuated)}`).join(' · ')}
            </span>
            <span>{actionsOf(state)}</span>
          </li>
        );
      })}
    </ul>
  );
}

function said(isEvacuated: boolean | null): string {
  if (isEvacuated === null) return 'no answer';
  return isEvacuated ? 'evacuated' : 'in service';
}
