import type { CheckResult } from './check-result.ts';

/** A tool that deploys, as `package.json` wants it and as it is installed. */
export interface Tool {
  readonly name: string;
  /** A range of `package.json`: `^1.2.3`, `~1.2.3` or `1.2.3`. */
  readonly wanted: string;
  /** Null where it is not installed. */
  readonly installed: string | null;
}

/** Whether what is installed is what the lock file and the tests are made with. One finding for all of them. */
export function checkTools(tools: readonly Tool[]): CheckResult {
  const found = { check: 'tools', stage: null } as const;
  const wrong = tools.filter(({ wanted, installed }) => installed === null || !isWithin(installed, wanted));
  if (wrong.length === 0) {
    return {
      ...found,
      level: 'ok',
      what: tools.map(({ name, installed }) => `${name} ${installed}`).join(', '),
    };
  }
  return {
    ...found,
    level: 'fault',
    what: wrong
      .map(({ name, wanted, installed }) => `${name} is ${installed ?? 'not installed'}, ${wanted} is needed`)
      .join('; '),
    why: 'Another version synthesizes other templates, or does not understand those of its peers.',
    remedy: 'npm ci',
  };
}

/**
 * Whether a version is in a range, as npm reads the three forms that `package.json` uses.
 *
 * @see https://docs.npmjs.com/cli/v11/configuring-npm/package-json#dependencies
 */
export function isWithin(version: string, range: string): boolean {
  const given = partsOf(version);
  const least = partsOf(range.replace(/^[\^~]/, ''));
  if (given === null || least === null) return false;
  const fixed = range.startsWith('^') ? fixedByCaret(least) : range.startsWith('~') ? 2 : 3;
  const isSameHead = given.slice(0, fixed).every((part, index) => part === least[index]);
  return isSameHead && compare(given, least) >= 0;
}

/** A caret keeps what stands left of, and is, the first part that is not 0. */
function fixedByCaret(parts: readonly number[]): number {
  const first = parts.findIndex((part) => part !== 0);
  return first === -1 ? parts.length : first + 1;
}

function partsOf(version: string): readonly number[] | null {
  return /^\d+\.\d+\.\d+$/.test(version) ? version.split('.').map(Number) : null;
}

function compare(one: readonly number[], other: readonly number[]): number {
  const differing = one.findIndex((part, index) => part !== other[index]);
  return differing === -1 ? 0 : (one[differing] ?? 0) - (other[differing] ?? 0);
}
