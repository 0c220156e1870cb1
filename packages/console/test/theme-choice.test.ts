import { describe, expect, it } from 'vitest';
import { readThemeChoice, resolveTheme, toggledTheme } from '../src/ui/use-theme.ts';

describe('toggledTheme()', () => {
  it('shows the other theme, whatever is chosen and whatever the system has', () => {
    for (const choice of ['system', 'light', 'dark'] as const) {
      for (const isSystemDark of [true, false]) {
        const next = toggledTheme(choice, isSystemDark);
        expect(resolveTheme(next, isSystemDark)).not.toBe(resolveTheme(choice, isSystemDark));
      }
    }
  });

  it('follows the system again when toggled twice', () => {
    for (const isSystemDark of [true, false])
      expect(toggledTheme(toggledTheme('system', isSystemDark), isSystemDark)).toBe('system');
  });
});

describe('readThemeChoice()', () => {
  it('follows the system when nothing sensible was kept', () => {
    expect([null, '', 'blue', 'dark', 'light'].map(readThemeChoice)).toEqual([
      'system',
      'system',
      'system',
      'dark',
      'light',
    ]);
  });
});
