import { Panel } from '../ui/panel.tsx';
import { EmptyState } from '../ui/states.tsx';

/** Stands where panels compare regions, on a stage whose regions let nobody in but through the edge. */
export function EdgeOnlyPanel() {
  return (
    <Panel
      id="edge-only"
      title="Region by region"
      description="Writes here and reads there, conflicts made on purpose, counters that race."
    >
      <EmptyState title="This stage answers through its edge only">
        Each of these calls chooses its region, and a region refuses what does not come through the edge. The
        regions' health, the traffic and evacuations above and below do without. To see the rest, set
        edge.enforced false in a stage of your own, or start the twin.
      </EmptyState>
    </Panel>
  );
}
