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
