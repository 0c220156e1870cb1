import { CommandError } from '@gsp/cli-kit';
import type { StartedExperiment } from './experiments.ts';
import type { FisExperiment } from './fis-client.ts';

/** The Region has no such template: the flag is off, or not deployed. */
export function notOffered(name: string, region: string): CommandError {
  return new CommandError(
    `Cannot break ${region}: it has no experiment template ${name}, the setting faultInjection must be true there. ` +
      'Set it in amplify/topology.ts and deploy; replication can be paused between several Regions with eventual consistency only.',
  );
}

/** Something of the stage is broken already. */
export function underWay(
  { id, state }: FisExperiment,
  { kind, region }: Pick<StartedExperiment, 'kind' | 'region'>,
): CommandError {
  return new CommandError(
    `Cannot start an experiment: ${id} (${kind}) in ${region} is ${state.status}, none of the stage may be under way. ` +
      `Wait until it ends, or end it: aws fis stop-experiment --region ${region} --id ${id}`,
  );
}

/** It did not come to run. */
export function notRunning(started: StartedExperiment, found: FisExperiment, limitMs: number): CommandError {
  const how = ['pending', 'initiating'].includes(found.state.status)
    ? `is still ${found.state.status} after ${limitMs / 1_000} s`
    : `is ${found.state.status}${because(found)}`;
  return new CommandError(
    `Cannot break ${started.region} with ${started.kind}: experiment ${started.id} ${how}, it must run. ` +
      'See why in the FIS console; no experiment starts while an alarm of its stop conditions rings.',
  );
}

/** It ended, and nobody here ended it. */
export function endedByItself(started: StartedExperiment, found: FisExperiment): CommandError {
  return new CommandError(
    `Cannot go on with ${started.kind} in ${started.region}: experiment ${started.id} is ${found.state.status}${because(found)}, it must run until the drill ends it. ` +
      'If an alarm stopped it, more was harmed than was meant: see which one in the FIS console, and its runbook.',
  );
}

/** It does not end. */
export function notOver({
  id,
  region,
  limitMs,
}: {
  id: string;
  region: string;
  limitMs: number;
}): CommandError {
  return new CommandError(
    `Cannot make sure that ${region} is whole: experiment ${id} is not over ${limitMs / 1_000} s after it was told to end, it must be. ` +
      `It ends by its own duration at the latest; look at it: aws fis get-experiment --region ${region} --id ${id}`,
  );
}

function because({ state: { reason } }: FisExperiment): string {
  return reason === undefined || reason === '' ? '' : ` (${reason.replace(/\.$/, '')})`;
}
