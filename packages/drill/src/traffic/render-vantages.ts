import Table from 'cli-table3';
import type { FaultMark, TrafficReport, TrafficSample, VantageSummary } from '../traffic-report.ts';

/** Marks in a strip: what fits beside its title on a terminal of 80 columns. */
const STRIP_MARKS = 56;

const TITLE_WIDTH = 20;

const LEVELS = [...'▁▂▃▄▅▆▇█'];

/** Upper ends of all levels of latency but the highest, in milliseconds: each about twice the one below. */
const LATENCY_LEVELS_MS = [10, 20, 50, 100, 200, 500, 1_000];

/** Where vantages fared differently, how each did: figures side by side, and what its users noticed over time. */
export function renderVantages(reports: readonly TrafficReport[]): string {
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

function figuresOf(summary: VantageSummary): string[] {
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
