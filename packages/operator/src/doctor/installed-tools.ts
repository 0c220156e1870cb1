import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Tool } from './check-tools.ts';

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
