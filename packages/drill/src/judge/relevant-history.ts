import type { InjectedFault } from '../data/data-scenario.ts';
import { type Attempt, type History, type Operation, subjectOf } from './history.ts';
import { versionText } from './image-ancestry.ts';

/** Lines of one history; what is left out is the oldest. */
const LINES_MAX = 80;

/**
 * Tells what clients did to one item or counter and saw of it, and the faults in between, in the order of time, a
 * line each: what somebody needs who wants to know why a promise was broken, and nothing else.
 */
export function relevantHistory(
  subject: string,
  { history, faults }: { history: Pick<History, 'attempts'>; faults: readonly InjectedFault[] },
): string[] {
  const mine = new Set(
    history.attempts.filter((attempt) => subjectOf(attempt) === subject).map(({ operation }) => operation.id),
  );
  const events = [
    ...history.attempts
      .filter(({ operation }) => mine.has(operation.id))
      .map((attempt) => ({ atMs: attempt.startMs, line: attemptLine(attempt) })),
    ...faults.map(({ atMs, fault }) => ({ atMs, line: `${time(atMs)}  *** ${fault}` })),
  ].sort((a, b) => a.atMs - b.atMs);
  const lines = events.map(({ line }) => line);
  const left = lines.length - LINES_MAX;
  return left <= 0 ? lines : [`(${left} earlier lines are left out)`, ...lines.slice(left)];
}

function attemptLine({ operation, region, startMs, endMs, answer, inSession }: Attempt): string {
  const session = inSession && operation.kind === 'read' ? ' in session' : '';
  return `${time(startMs)} +${(endMs - startMs).toFixed(0)} ms  ${region}  ${asked(operation)}${session} => ${answered(answer)}`;
}

function asked(operation: Operation): string {
  const key = operation.idempotencyKey === undefined ? '' : ` key ${operation.idempotencyKey}`;
  switch (operation.kind) {
    case 'put':
    case 'delete': {
      const match = operation.match === undefined ? '' : ` if ${matchText(operation.match)}`;
      return `${operation.kind} ${operation.id}${key}${match}`;
    }
    case 'increment':
      return `increment by ${operation.by} ${operation.id}${key}`;
    default:
      return `${operation.kind} ${operation.id}${key}`;
  }
}

function matchText(match: Readonly<Record<string, number>> | 'none'): string {
  return match === 'none' ? 'none' : versionText(match);
}

function answered({
  status,
  error,
  problem,
  isReplay,
  item,
  superseded,
  sighting,
  value,
  tally,
}: Attempt['answer']): string {
  const data = item?.data === undefined ? '' : ` ${JSON.stringify(item.data)}`;
  return [
    status === 0 ? `no answer (${error})` : String(status),
    problem,
    isReplay ? 'replayed' : undefined,
    item === undefined ? undefined : `${versionText(item.version)} of ${item.region}${data}`,
    item === undefined && sighting !== undefined ? `seen ${sighting.region}=${sighting.count}` : undefined,
    superseded === undefined
      ? undefined
      : `superseded ${versionText(superseded.loser.version)} of ${superseded.loser.region}`,
    value === undefined ? undefined : `value ${value}`,
    tally === undefined ? undefined : `${versionText(tally.version)} ${tally.kind}: ${tally.marks.join(' ')}`,
  ]
    .filter((part) => part !== undefined)
    .join(' ');
}

function time(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
