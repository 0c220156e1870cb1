import type { CheckResult } from './check-result.ts';

/** Lines of Node that are supported, with the first minor of each; anything from {@link OPEN_END} on is too. */
const MINOR_MIN: Readonly<Record<number, number>> = { 20: 19, 22: 12 };
const OPEN_END = 24;

/** Whether the scripts can run here: older ones lack what the bundled tools load by. */
export function checkNodeVersion(version: string): CheckResult {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const minorMin = MINOR_MIN[major];
  const isSupported = major >= OPEN_END || (minorMin !== undefined && minor >= minorMin);
  const what = `Node ${version.replace(/^v/, '')}`;
  if (isSupported) return { check: 'node', stage: null, level: 'ok', what };
  return {
    check: 'node',
    stage: null,
    level: 'fault',
    what: `${what}, but 20.19, 22.12, 24 or later is needed`,
    why: 'Older ones, and lines that never get long-term support, lack what the tools need.',
    remedy: 'Install one of these, for example with: nvm install 24',
  };
}
