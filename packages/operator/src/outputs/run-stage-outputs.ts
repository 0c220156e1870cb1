import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { CommandError, openTerminal, type Terminal } from '@gsp/cli-kit';
import type { Topology } from '@gsp/platform/topology';
import { openCloud } from '../cloud/region-clients.ts';
import { stageTarget } from '../cloud/stage-target.ts';
import { collectOutputs } from './collect-outputs.ts';

/** The file that clients import; the committed one tells where the twin is. */
const DEFAULT_FILE = 'amplify_outputs.json';

/** The options of `npm run outputs -- --stage`, parsed. */
export interface StageOutputsOptions {
  readonly stage: string;
  /** @default - every Region of the stage */
  readonly regions?: readonly string[] | undefined;
  /** File to write, from the current folder. @default 'amplify_outputs.json' */
  readonly out?: string | undefined;
  /** Whether to print the outputs instead. */
  readonly json: boolean;
  /** Whether Regions may be amiss. */
  readonly partial: boolean;
}

/**
 * Writes or prints the outputs of a deployed stage.
 *
 * @throws {CommandError} when a Region is amiss, or the file cannot be written
 * @throws {CloudError} when there is no such stage, or AWS cannot be asked
 */
export async function runStageOutputs(
  { stage, regions, out = DEFAULT_FILE, json, partial }: StageOutputsOptions,
  { topology, terminal = openTerminal({ json }) }: { topology: Topology; terminal?: Terminal },
): Promise<void> {
  const target = stageTarget(topology, { stage, regions });
  const cloud = openCloud();
  try {
    const found = await terminal.during(
      `Reading the outputs of stage '${stage}' in ${target.chosen.join(', ')}`,
      () => collectOutputs(cloud, target, { isPartial: partial }),
      (collected) => `Read the outputs of ${collected.regions.join(', ')}`,
    );
    for (const warning of found.warnings) terminal.print(`Warning: ${warning}`);
    if (json) return terminal.result(found.text.trimEnd());
    const file = resolve(out);
    await replaceFile(file, found.text);
    const name = relative(process.cwd(), file);
    terminal.result(`Wrote ${name}: stage '${stage}' in ${found.regions.join(', ')}.`);
    if (name === DEFAULT_FILE) {
      terminal.print('The committed one tells where the local twin is; npm run outputs brings it back.');
    }
  } finally {
    cloud.close();
  }
}

/** Whoever reads the file meanwhile, as a development server does, finds the old or the new one, never half of it. */
async function replaceFile(file: string, text: string): Promise<void> {
  const beside = `${file}.${randomUUID()}`;
  try {
    await writeFile(beside, text);
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw new CommandError(
      `Cannot write ${file}: ${error instanceof Error ? error.message : String(error)}, a file in a folder that exists is needed. Name another with --out.`,
      { cause: error },
    );
  }
}
