import { usePlatform } from '../platform/platform-context.tsx';
import { Brand } from './brand.tsx';
import { ConnectionBadge } from './connection-badge.tsx';
import { ThemeToggle } from './theme-toggle.tsx';

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
