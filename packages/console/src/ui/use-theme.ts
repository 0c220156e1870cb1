import { useSyncExternalStore } from 'react';

/** The theme that is seen, and how it came to be. */
export interface Theme {
  readonly choice: ThemeChoice;
  readonly resolved: 'light' | 'dark';
}

const listeners = new Set<() => void>();
const systemDark = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');
let kept: ThemeChoice = 'system';

/** Takes up the choice that was kept and shows it. Called once, before anything is drawn. */
export function startTheme(): void {
  kept = readThemeChoice(storage()?.getItem(THEME_KEY) ?? null);
  show();
}

/** Changes to the other theme and keeps that choice, where the browser lets it be kept. */
export function toggleTheme(): void {
  kept = toggledTheme(kept, systemDark().matches);
  if (kept === 'system') storage()?.removeItem(THEME_KEY);
  else storage()?.setItem(THEME_KEY, kept);
  show();
  for (const listener of listeners) listener();
}

/** The theme as it is now; the component is drawn again when it changes, by the toggle or by the system. */
export function useTheme(): Theme {
  const seen = useSyncExternalStore(subscribe, () => `${kept}:${systemDark().matches}`);
  const [choice = '', isSystemDark] = seen.split(':');
  const read = readThemeChoice(choice);
  return { choice: read, resolved: resolveTheme(read, isSystemDark === 'true') };
}

function subscribe(listener: () => void): () => void {
  const system = systemDark();
  listeners.add(listener);
  system.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    system.removeEventListener('change', listener);
  };
}

function show(): void {
  if (kept === 'system') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.dataset.theme = kept;
}

/** A browser that keeps nothing for this page throws when asked; the toggle then lasts as long as the page. */
function storage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** What the user wants: a theme, or whatever the system has. */
export type ThemeChoice = 'system' | 'light' | 'dark';

/** Where the choice is kept in `localStorage`. */
export const THEME_KEY = 'gsp-console-theme';

/** Reads what was kept; anything else is no choice. */
export function readThemeChoice(kept: string | null): ThemeChoice {
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** The theme that a choice comes to. */
export function resolveTheme(choice: ThemeChoice, isSystemDark: boolean): 'light' | 'dark' {
  if (choice !== 'system') return choice;
  return isSystemDark ? 'dark' : 'light';
}

/** What the toggle changes to: always the other one than is seen; where that is the system's, back to following it. */
export function toggledTheme(choice: ThemeChoice, isSystemDark: boolean): ThemeChoice {
  const other = resolveTheme(choice, isSystemDark) === 'dark' ? 'light' : 'dark';
  return other === resolveTheme('system', isSystemDark) ? 'system' : other;
}
