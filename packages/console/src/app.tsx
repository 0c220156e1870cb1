import { lazy, Suspense } from 'react';
import { ConflictsPanel } from './conflicts/conflicts-panel.tsx';
import { CountersPanel } from './counters/counters-panel.tsx';
import { entitiesOf } from './entities/entity-facts.ts';
import { EvacuationPanel } from './evacuation/evacuation-panel.tsx';
import { OperatorProvider } from './evacuation/operator-context.tsx';
import { useEvacuations } from './evacuation/use-evacuations.ts';
import { WriteAndArrivePanel } from './items/write-and-arrive-panel.tsx';
import { usePlatform } from './platform/platform-context.tsx';
import { PlatformProvider, useLoadedPlatform } from './platform/platform-provider.tsx';
import { RegionsPanel } from './regions/regions-panel.tsx';
import { useOverview } from './regions/use-overview.ts';
import { AppHeader } from './shell/app-header.tsx';
import { DisconnectedNotice, EdgeOnlyPanel, FailedPage, LoadingPage } from './shell/failed-page.tsx';
import { TrafficPanel } from './traffic/traffic-panel.tsx';
import { Skeleton } from './ui/states.tsx';

/** Loaded where a backend has defined something: most of the page is for everybody. */
const EntityPanel = lazy(async () => {
  const { EntityPanel: Loaded } = await import('./entities/entity-panel.tsx');
  return { default: Loaded };
});

/** The whole page, from the first question to the last panel. */
export function App() {
  const { loading, retry } = useLoadedPlatform();
  if (loading.step === 'loading') return <LoadingPage />;
  if (loading.step === 'failed') return <FailedPage message={loading.message} onRetry={retry} />;
  return (
    <PlatformProvider loaded={loading.loaded} client={loading.client}>
      <OperatorProvider>
        <a className="skip-link" href="#regions">
          Skip to the regions
        </a>
        <AppHeader />
        <Panels />
        <DisconnectedNotice />
      </OperatorProvider>
    </PlatformProvider>
  );
}

function Panels() {
  const { outputs } = usePlatform();
  const entities = entitiesOf(outputs.content);
  const evacuations = useEvacuations();
  const overview = useOverview(evacuations);
  return (
    <main className="page">
      <RegionsPanel overview={overview} evacuations={evacuations} />
      <TrafficPanel />
      {outputs.isEdgeOnly ? (
        <EdgeOnlyPanel />
      ) : (
        <>
          <WriteAndArrivePanel />
          {entities.length > 0 && (
            <Suspense fallback={<Skeleton label="Loading the entities" />}>
              <EntityPanel entities={entities} />
            </Suspense>
          )}
          <ConflictsPanel />
          <CountersPanel />
        </>
      )}
      <EvacuationPanel evacuations={evacuations} />
    </main>
  );
}
