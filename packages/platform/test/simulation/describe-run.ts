import { ancestryOf } from './checkers/ancestry.ts';
import type { History, OperationRecord, Violation } from './history.ts';
import { startMs } from './model/world.ts';
import type { Scenario, Step } from './scenario.ts';

/** One line of a timeline. */
interface Line {
  readonly atMs: number;
  readonly text: string;
}

/** Tells a run so that it can be read: the seed, what is broken, and who did what, when, where. */
export function describeRun(scenario: Scenario, history: History, violations: readonly Violation[]): string {
  const lines = [...stepLines(scenario), ...operationLines(history), ...changeLines(history)];
  const sorted = lines.sort((a, b) => a.atMs - b.atMs);
  const { delayMs, coalesced, duplicated } = scenario;
  return [
    `seed ${scenario.seed}, ${scenario.regions.length} regions, ${scenario.steps.length} steps, ` +
      `replication ${delayMs.min} to ${delayMs.max} ms, coalesced ${coalesced}, duplicated ${duplicated}`,
    ...violations.map(({ checker, message }) => `  broken (${checker}): ${message}`),
    ...sorted.map(({ atMs, text }) => `${String(atMs).padStart(7)} ms  ${text}`),
    ...entryLines(history),
  ].join('\n');
}

function stepLines({ steps }: Scenario): Line[] {
  return steps.flatMap((step) =>
    step.kind === 'operation' && step.fault === undefined
      ? []
      : [{ atMs: step.atMs, text: textOfStep(step) }],
  );
}

function textOfStep(step: Step): string {
  switch (step.kind) {
    case 'operation':
      return `operation ${step.id} meets at call ${step.fault?.call}: ${step.fault?.kind}`;
    case 'cut':
    case 'heal':
      return `${step.kind} ${step.from} > ${step.to}`;
    case 'clock':
      return `clock of the ${step.part} in ${step.region} is off by ${step.offsetMs} ms`;
    case 'sweep':
      return `${step.region} removes what has expired`;
    case 'rewind':
      return `consumer in ${step.region} goes back ${step.records} records, rests ${step.forMs} ms`;
  }
}

function operationLines({ operations, images }: History): Line[] {
  return operations.flatMap((operation) => {
    const { id, session, region, request, startedMs, endedMs } = operation;
    const outcome = outcomeOf(operation, images);
    return [
      {
        atMs: startedMs - startMs,
        text: `${session} -> ${region}  operation ${id}: ${JSON.stringify(request)}`,
      },
      { atMs: endedMs - startMs, text: `${session} <- ${region}  operation ${id}: ${outcome}` },
    ];
  });
}

function outcomeOf({ outcome }: OperationRecord, images: History['images']): string {
  const nameOf = (id: number | undefined) =>
    id === undefined ? 'nothing' : `${images[id]?.write} (image ${id})`;
  switch (outcome.status) {
    case 'written':
      return `${outcome.isReplay ? 'replayed' : 'written'} ${outcome.write}, version ${outcome.version}`;
    case 'read':
      return `read ${nameOf(outcome.image)}${outcome.superseded === undefined ? '' : `, superseded ${nameOf(outcome.superseded)}`}`;
    case 'counted':
      return `counted, ${outcome.value}`;
    case 'failed':
      return outcome.code;
    case 'unknown':
      return 'no answer';
  }
}

function changeLines({ changes, images, replicas }: History): Line[] {
  const ancestry = ancestryOf({ images });
  const nameOf = (id: number | undefined) =>
    id === undefined ? 'nothing' : `image ${id} (${ancestry.image(id).write})`;
  // The true time of a change is not on record; that of the replica's clock is close enough to read.
  return replicas.flatMap(({ region }) =>
    changes
      .filter((change) => change.region === region)
      .map(({ item, before, after, atMs }) => ({
        atMs: atMs - startMs,
        text: `${region} ${item}: ${nameOf(before)} => ${nameOf(after)}`,
      })),
  );
}

function entryLines({ replicas, images }: History): string[] {
  return replicas.flatMap(({ region, conflicts }) =>
    conflicts.map(
      ({ key, loser, winner, detectedIn }) =>
        `            ${region} holds ${key}: image ${loser} (${images[loser]?.write}) lost to ` +
        `${winner === undefined ? 'a removal' : `image ${winner}`}, seen in ${detectedIn}`,
    ),
  );
}
