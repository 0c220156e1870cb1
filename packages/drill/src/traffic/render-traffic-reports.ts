import Table from 'cli-table3';
import type {
  FaultMark,
  MeasuredObjective,
  ObserverSummary,
  TrafficReport,
  TrafficSample,
} from '../drill-report.ts';

/** No lines between rows: a scenario is a dozen of them. */
const PLAIN_ROWS = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' } as const;

/** The table of all objectives of all scenarios, observers beside each other, and what a reader should know of each. */
export function renderTrafficReports(reports: readonly TrafficReport[]): string {
  const table = new Table({
    head: ['scenario', 'objective', 'measured', 'limit', 'verdict'],
    style: { head: [], border: [] },
    chars: PLAIN_ROWS,
  });
  for (const { name, objectives } of reports) {
    objectives.forEach((objective, index) => {
      const limit = `${objective.relation} ${amount(objective.limit, objective)} ${objective.unit}`;
      const verdict = objective.isKept ? 'kept' : 'MISSED';
      table.push([index === 0 ? name : '', objective.name, measuredText(objective), limit, verdict]);
    });
  }
  const sections = [table.toString(), renderObservers(reports), ...reports.map(notesText)];
  return sections.filter((section) => section !== '').join('\n\n');
}

function notesText({ name, seed, notes, objectives, isKept, repeat }: TrafficReport): string {
  const missed = objectives
    .filter((objective) => !objective.isKept)
    .map(
      (objective) =>
        `MISSED ${objective.name}: ${measuredText(objective)}, ${objective.relation} ` +
        `${amount(objective.limit, objective)} ${objective.unit} is needed (${objective.because}).`,
    );
  const again = isKept ? [] : [`Run it again with: ${repeat}`];
  const lines = [...missed, ...notes, ...again];
  return [`${name}, seed ${seed}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function measuredText(objective: MeasuredObjective): string {
  const { measured, unit } = objective;
  return measured === null ? 'never' : `${amount(measured, objective)} ${unit}`;
}

/** As many digits as it takes to tell what is measured from its limit. */
function amount(value: number, { unit }: MeasuredObjective): string {
  const factor = unit === 'requests a call' ? 100 : 10;
  return String(Math.round(value * factor) / factor);
}

/** Marks in a strip: what fits beside its title on a terminal of 80 columns. */
const STRIP_MARKS = 56;

const TITLE_WIDTH = 20;

const LEVELS = [...'▁▂▃▄▅▆▇█'];

/** Upper ends of all levels of latency but the highest, in milliseconds: each about twice the one below. */
const LATENCY_LEVELS_MS = [10, 20, 50, 100, 200, 500, 1_000];

/** Where observers fared differently, how each did: figures side by side, and what its users noticed over time. */
export function renderObservers(reports: readonly TrafficReport[]): string {
  const compared = reports.filter(({ vantages }) => vantages.length > 1);
  if (compared.length === 0) return '';
  return [figures(compared), ...compared.map(strips), LEGEND].join('\n\n');
}

const LEGEND = [
  'answered:     █ every call, lower the fewer, _ none, blank where nothing was asked',
  `slowest call: ▁ up to ${LATENCY_LEVELS_MS[0]} ms, each step about twice that, █ over 1 s; ^ fault, v healed`,
].join('\n');

function figures(reports: readonly TrafficReport[]): string {
  const table = new Table({
    head: ['scenario', 'vantage', 'calls', 'failed', 'meanwhile', 'p50 ms', 'p99 ms', 'moved ms', 'req/call'],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const { name, vantages } of reports)
    vantages.forEach((summary, index) => {
      table.push([index === 0 ? name : '', ...figuresOf(summary)]);
    });
  return table.toString();
}

function figuresOf(summary: ObserverSummary): string[] {
  const { vantage, calls, failed, meanwhile, movedAfterMs, requestsPerCall } = summary;
  const whole = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : String(Math.round(value));
  return [
    ...[vantage, String(calls), String(failed)],
    meanwhile === null ? '–' : `${meanwhile.failed} of ${meanwhile.calls} failed`,
    ...[whole(meanwhile?.p50Ms), whole(meanwhile?.p99Ms), whole(movedAfterMs)],
    requestsPerCall === null ? '–' : requestsPerCall.toFixed(2),
  ];
}

function strips({ name, samples, vantages, durationSeconds, marks }: TrafficReport): string {
  const lines = vantages.flatMap(({ vantage }) => {
    const buckets = bucketsOf(
      samples.filter((sample) => sample.vantage === vantage),
      durationSeconds,
    );
    return [
      titled(`${vantage} answered`, buckets.map(answeredMark)),
      titled('  slowest call', buckets.map(latencyMark)),
    ];
  });
  const seconds = durationSeconds / STRIP_MARKS;
  return [
    `${name}, ${seconds < 1 ? seconds.toFixed(1) : Math.round(seconds)} s a mark:`,
    ...lines,
    titled('', faultMarks(marks, durationSeconds)),
  ].join('\n');
}

function titled(title: string, marks: readonly string[]): string {
  return `  ${title.slice(0, TITLE_WIDTH).padEnd(TITLE_WIDTH)}${marks.join('')}`.trimEnd();
}

function bucketsOf(samples: readonly TrafficSample[], durationSeconds: number): TrafficSample[][] {
  const buckets: TrafficSample[][] = Array.from({ length: STRIP_MARKS }, () => []);
  for (const sample of samples) buckets[placeOf(sample.atSeconds, durationSeconds)]?.push(sample);
  return buckets;
}

function placeOf(atSeconds: number, durationSeconds: number): number {
  if (durationSeconds <= 0) return 0;
  return Math.min(STRIP_MARKS - 1, Math.max(0, Math.floor((atSeconds / durationSeconds) * STRIP_MARKS)));
}

function answeredMark(bucket: readonly TrafficSample[]): string {
  if (bucket.length === 0) return ' ';
  const answered = bucket.filter(({ outcome }) => outcome !== 'failed').length;
  if (answered === 0) return '_';
  // Only every call answered is full: one of many that failed must show.
  const level = Math.floor((answered / bucket.length) * (LEVELS.length - 1));
  return LEVELS[level] ?? '';
}

function latencyMark(bucket: readonly TrafficSample[]): string {
  if (bucket.length === 0) return ' ';
  const slowest = Math.max(...bucket.map(({ latencyMs }) => latencyMs));
  const level = LATENCY_LEVELS_MS.findIndex((limit) => slowest <= limit);
  return LEVELS[level === -1 ? LEVELS.length - 1 : level] ?? '';
}

function faultMarks(marks: readonly FaultMark[], durationSeconds: number): string[] {
  const line = Array.from({ length: STRIP_MARKS }, () => ' ');
  for (const { atSeconds, kind } of marks)
    line[placeOf(atSeconds, durationSeconds)] = kind === 'fault' ? '^' : 'v';
  return line;
}
