import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
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

/** What deploys: `ampx`, the CDK that it runs and synthesizes with, and the compiler. */
const TOOLS = [
  '@aws-amplify/backend-cli',
  '@aws-amplify/backend',
  'aws-cdk',
  'aws-cdk-lib',
  'typescript',
] as const;

const manifest = z.object({ devDependencies: z.record(z.string(), z.string()).default({}) });
const installedManifest = z.object({ version: z.string() });

/**
 * The tools of a checkout, as wanted and as installed.
 *
 * @throws where the checkout's `package.json` cannot be read, or does not want one of them
 */
export async function installedTools(checkout: string): Promise<readonly Tool[]> {
  const { devDependencies } = manifest.parse(await readJson(join(checkout, 'package.json')));
  return Promise.all(
    TOOLS.map(async (name) => {
      const wanted = devDependencies[name];
      if (wanted === undefined) {
        throw new Error(
          `Cannot tell the version of ${name}: package.json does not have it, a range is needed`,
        );
      }
      return { name, wanted, installed: await installedVersion(checkout, name) };
    }),
  );
}

async function installedVersion(checkout: string, name: string): Promise<string | null> {
  try {
    return installedManifest.parse(await readJson(join(checkout, 'node_modules', name, 'package.json')))
      .version;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}
