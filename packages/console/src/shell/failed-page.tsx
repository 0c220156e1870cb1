import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Brand } from './brand.tsx';
import { ThemeToggle } from './theme-toggle.tsx';

/** Stands in place of everything where there is no platform to show, and says how to get one. */
export function FailedPage({
  message,
  onRetry,
  children,
}: {
  readonly message: string;
  readonly onRetry: () => void;
  readonly children?: ReactNode;
}) {
  return (
    <>
      <header className="app-header">
        <div className="app-header-inner">
          <Brand />
          <div className="app-header-end">
            <ThemeToggle />
          </div>
        </div>
      </header>
      <main className="page page-narrow">
        <section className="panel failed" aria-labelledby="failed-title" role="alert">
          <h2 id="failed-title" className="failed-title">
            There is no platform here yet
          </h2>
          <p className="failed-message">{message}</p>
          {children ?? <WaysToOne />}
          <Button variant="primary" onClick={onRetry}>
            Look again
          </Button>
        </section>
      </main>
    </>
  );
}

function WaysToOne() {
  return (
    <dl className="ways">
      <div>
        <dt>On this machine, without an account</dt>
        <dd>
          <code>npm ci &amp;&amp; npm start</code>
          <span>starts the twin, and serves this page with its outputs.</span>
        </dd>
      </div>
      <div>
        <dt>A platform that is deployed</dt>
        <dd>
          <code>amplify_outputs.json</code>
          <span>of the deploy must lie beside this page.</span>
        </dd>
      </div>
    </dl>
  );
}
