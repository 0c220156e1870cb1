import { CommandError, terminal } from '@gsp/cli-kit';
import type { Topology } from '@gsp/platform/topology';
import { definitionsOf } from '../load-definitions.ts';
import { entitiesOf } from '../load-entities.ts';
import { loadProject } from '../project.ts';
import { type CheckResult, renderResults, summarize } from './check-result.ts';
import { installedTools } from './check-tools.ts';
import { examine } from './examine.ts';

/** The options of `npm run doctor`, parsed. */
export interface RunDoctorOptions {
  readonly stage?: string;
  /** Leave AWS out, even for one stage. */
  readonly offline: boolean;
  readonly json: boolean;
}

/**
 * Examines this checkout, and where one stage is asked for what AWS has of it; then prints what was found.
 *
 * @throws {CommandError} when there is a fault, once everything is printed; or when there is no such stage
 */
export async function runDoctor({ stage, offline, json }: RunDoctorOptions, rootDir: string): Promise<void> {
  const topology = await topologyOf(rootDir);
  const tools = await installedTools(rootDir);
  const definitions = await definitionsOf(rootDir);
  const here = examine({ nodeVersion: process.versions.node, tools, topology, stage, definitions });
  const results =
    stage === undefined || offline || topology instanceof Error
      ? here
      : [...here, ...(await examineAccount(topology, { stage, rootDir, isQuiet: json }))];
  const issues = results.filter(({ level }) => level === 'fault');
  const isFit = issues.length === 0;
  process.stdout.write(
    json
      ? `${JSON.stringify({ isFit, findings: results }, null, 2)}\n`
      : `${renderResults(results)}\n\n${summarize(results)}\n`,
  );
  if (isFit) return;
  const checks = [...new Set(issues.map(({ check }) => check))];
  throw new CommandError(`Cannot call it fit: ${checks.join(', ')}. What to do stands with each.`);
}

/** What an account has of a stage. Clients of AWS are loaded only here: they take longer than all that is offline. */
async function examineAccount(
  topology: Topology,
  { stage, rootDir, isQuiet }: { stage: string; rootDir: string; isQuiet: boolean },
): Promise<readonly CheckResult[]> {
  const { examineStage } = await import('./examine-cloud.ts');
  const entities = await entitiesOf(rootDir);
  const work = () => examineStage(topology, stage, { rootDir, entities });
  if (isQuiet) return work();
  return terminal.during(
    'Asking AWS',
    work,
    (results, elapsedMs) => `Asked AWS: ${results.length} findings in ${(elapsedMs / 1_000).toFixed(1)} s\n`,
  );
}

/** A topology that does not hold fails when it is imported, which is a finding like any other. */
async function topologyOf(rootDir: string): Promise<Topology | Error> {
  try {
    return (await loadProject(rootDir)).topology;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
