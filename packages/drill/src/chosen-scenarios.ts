import { DrillError } from './drill-error.ts';
import type { RunDrillOptions } from './run-drill.ts';
import { allScenarios, possibleScenarios, type ScenarioName } from './scenarios.ts';

/**
 * The scenarios to run, each once, in the order in which they were named.
 *
 * @throws {DrillError} where one cannot be run on what is drilled, or two things are to be drilled at once
 */
export function chosenScenarios({
  scenarios: asked,
  target,
  control,
}: Pick<RunDrillOptions, 'scenarios' | 'target' | 'control'>): readonly ScenarioName[] {
  if (target !== undefined && control !== undefined)
    throw new DrillError('Cannot drill two things at once: give --control or --target, not both.');
  const kind = { isTwin: target === undefined };
  const possible = possibleScenarios(kind);
  const names = [...new Set(asked.flatMap((name) => (name === 'all' ? allScenarios(kind) : [name])))];
  const refused = names.filter((name) => !possible.includes(name));
  if (refused.length === 0) return names;
  throw new DrillError(
    kind.isTwin
      ? `Cannot run ${refused.join(', ')} on a twin: AWS Fault Injection Service breaks it, a deployed platform is needed. Name its outputs with --target.`
      : `Cannot run ${refused.join(', ')} against a deployed platform: only a twin can be broken like that. There, ${possible.join(', ')} work.`,
  );
}
