import { Skeleton } from '../ui/states.tsx';
import { Brand } from './brand.tsx';

/** Stands until outputs and twin have answered, in the shape of what comes. */
export function LoadingPage() {
  return (
    <>
      <header className="app-header">
        <div className="app-header-inner">
          <Brand />
        </div>
      </header>
      <main className="page">
        <div className="overview">
          <div className="route">
            <div className="route-node">
              <Skeleton lines={1} label="Looking for the platform" />
            </div>
          </div>
          <div className="region-grid region-pair">
            <div className="region-card skeleton-card">
              <Skeleton lines={6} label="Loading a region" />
            </div>
            <div className="links" />
            <div className="region-card skeleton-card">
              <Skeleton lines={6} label="Loading a region" />
            </div>
          </div>
        </div>
      </main>
    </>
  );
}
