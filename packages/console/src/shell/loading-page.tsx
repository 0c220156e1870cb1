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
            <div className="route-node skeleton-route">
              <Skeleton lines={1} label="Looking for the platform" />
            </div>
            <div className="route-lines" />
          </div>
          <div className="region-grid region-pair">
            <div className="region-card skeleton-card">
              <Skeleton lines={7} />
            </div>
            <div className="links" />
            <div className="region-card skeleton-card">
              <Skeleton lines={7} />
            </div>
          </div>
        </div>
      </main>
    </>
  );
}
