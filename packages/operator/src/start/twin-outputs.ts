import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '@gsp/cli-kit';
import { DEFAULT_PORT_BASE, deploy, planPorts } from '@gsp/twin';
import { z } from 'zod';
import type { Project } from '../project.ts';
import { assembleTwin } from './assemble-twin.ts';

/** The committed file, in the project's folder. */
const OUTPUTS_FILE = 'amplify_outputs.json';

/** The version of the outputs format that `aws-amplify` 6 reads. */
const OUTPUTS_VERSION = '1.4';

const customOutputs = z.record(z.string(), z.unknown());

/**
 * The outputs of every region of a branch's stage, merged, with the twin's default addresses as endpoints.
 *
 * @returns the file's text, so that writing and checking can never disagree on its format
 */
export async function renderTwinOutputs(project: Project, branch: string): Promise<string> {
  const { assemblies, hostedZones } = await assembleTwin(project, branch);
  const plan = planPorts(
    DEFAULT_PORT_BASE,
    assemblies.map(({ region }) => region),
  );
  const deployed = deploy(assemblies, { plan, hostedZones });
  return mergeOutputs([...deployed.values()].map(({ resolved }) => resolved.outputs));
}

/**
 * The text of an `amplify_outputs.json` that holds what the root stack of every region puts out for clients.
 *
 * @param regions outputs of each region's root stack, name to value
 */
export function mergeOutputs(regions: readonly Readonly<Record<string, string>>[]): string {
  const parts = regions.map(({ customOutputs: text = '{}' }) => customOutputs.parse(JSON.parse(text)));
  const custom = parts.reduce((merged, part) => deepMerge(merged, part), {});
  return `${JSON.stringify({ version: OUTPUTS_VERSION, ...custom }, null, 2)}\n`;
}

/** @throws {CommandError} when the committed file differs from `outputs` */
export async function requireCurrentOutputs({ rootDir }: Project, outputs: string): Promise<void> {
  const committed = await readFile(join(rootDir, OUTPUTS_FILE), 'utf8').catch(() => '');
  if (committed === outputs) return;
  throw new CommandError(
    'Cannot accept amplify_outputs.json: it is not what the definition puts out, it must be current. Run: npm run outputs',
  );
}

/** Writes the committed file. */
export function writeOutputs({ rootDir }: Project, outputs: string): Promise<void> {
  return writeFile(join(rootDir, OUTPUTS_FILE), outputs);
}

type Json = Record<string, unknown>;

function deepMerge(into: Json, part: Json): Json {
  const merged: Json = { ...into };
  for (const [key, value] of Object.entries(part)) {
    const present = merged[key];
    merged[key] = isObject(present) && isObject(value) ? deepMerge(present, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
