import type { ReactNode } from 'react';
import { type TwinView, usePlatform } from '../platform/platform-context.tsx';
import { Badge } from '../ui/badge.tsx';
import { toggleTheme, useTheme } from '../ui/use-theme.ts';

/** Parts of the page, in its order. */
const SECTIONS = [
  ['regions', 'Regions'],
  ['traffic', 'Traffic'],
  ['write', 'Items'],
  ['conflicts', 'Conflicts'],
  ['counters', 'Counters'],
  ['evacuation', 'Evacuation'],
] as const;

/** What is looked at, whether it is connected, and the way to each part of the page. */
export function AppHeader() {
  const { outputs, twin } = usePlatform();
  return (
    <header className="app-header">
      <div className="app-header-inner">
        <Brand>
          <span className="app-stage">
            {outputs.project} · {outputs.stage}
          </span>
        </Brand>
        <nav className="app-nav" aria-label="Parts of this page">
          <ul>
            {SECTIONS.map(([id, label]) => (
              <li key={id}>
                <a href={`#${id}`}>{label}</a>
              </li>
            ))}
          </ul>
        </nav>
        <div className="app-header-end">
          <ConnectionBadge twin={twin} />
          <ThemeToggle />
        </div>
      </div>
    </header>
  );
}

/** The mark and the name of the platform. */
export function Brand({ children }: { readonly children?: ReactNode }) {
  return (
    <div className="brand">
      <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" className="brand-ground" />
        <circle cx="9" cy="16" r="4" fill="#fff" />
        <circle cx="23" cy="16" r="3.25" fill="none" stroke="#fff" strokeWidth="1.75" />
        <path d="M13.5 14.5h5.5M18.5 17.5h-5" stroke="#fff" strokeWidth="1.75" strokeLinecap="round" />
      </svg>
      <div className="brand-words">
        <h1 className="brand-name">Global Serverless Platform</h1>
        {children}
      </div>
    </div>
  );
}

/** Whether a twin or a deployed platform is looked at, and whether the twin answers. */
export function ConnectionBadge({ twin }: { readonly twin: TwinView | null }) {
  if (twin === null) {
    return (
      <Badge tone="info" dot title="No twin serves this page, so nothing can be broken from here.">
        deployed platform
      </Badge>
    );
  }
  if (!twin.isConnected) {
    return (
      <Badge tone="bad" dot>
        twin, disconnected
      </Badge>
    );
  }
  const { timeScale } = twin.state ?? { timeScale: 1 };
  return (
    <Badge tone="good" dot title="The twin of the platform, on this machine.">
      {timeScale === 1 ? 'twin, live' : `twin, live, time × ${timeScale}`}
    </Badge>
  );
}

/** Changes between light and dark. */
export function ThemeToggle() {
  const { resolved } = useTheme();
  const other = resolved === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={`Change to the ${other} theme`}
      title={`Change to the ${other} theme`}
      onClick={toggleTheme}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {resolved === 'dark' ? (
          <path d="M12 7.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M4.9 4.9l1.8 1.8M17.3 17.3l1.8 1.8M19.1 4.9l-1.8 1.8M6.7 17.3l-1.8 1.8" />
        ) : (
          <path d="M20 14.2A8.2 8.2 0 0 1 9.8 4 8.2 8.2 0 1 0 20 14.2Z" />
        )}
      </svg>
    </button>
  );
}
