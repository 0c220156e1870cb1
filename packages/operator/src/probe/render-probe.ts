import type { ProbeSnapshot, RegionSnapshot } from './probe-snapshot.ts';

/** A table's cells, the head first; every row as long as the head. */
type Rows = readonly (readonly string[])[];

const LEFT_COLUMNS = 2;

/** States by the colour in which a terminal shows them, as SGR codes (ECMA-48, section 8.3.117). */
const COLOURS: Readonly<Record<string, number>> = { closed: 32, 'half-open': 33, evacuated: 33, open: 31 };

/** How a terminal wants lines. */
export interface LineStyle {
  /** Longest line, in characters. */
  readonly columns: number;
  readonly isColoured: boolean;
}

/**
 * A line for each region with figures of the latest seconds and one for the client over the whole run, none longer than
 * the terminal is wide.
 */
export function renderTable(
  snapshot: ProbeSnapshot,
  { columns, isColoured, whole }: LineStyle & { readonly whole: ProbeSnapshot },
): readonly string[] {
  const head = ['region', 'state', 'served', 'p50', 'p95', 'p99', 'errors', 'lag'];
  const rows = snapshot.regions.map((region) => [
    `${region.isPreferred ? '*' : ' '} ${region.region}`,
    region.state ?? '–',
    percent(region.share),
    ...[region.p50Ms, region.p95Ms, region.p99Ms].map(ms),
    String(region.errors),
    lagText(region),
  ]);
  const span = `latest ${snapshot.spanSeconds} s of ${whole.elapsedSeconds} s`;
  const title = snapshot === whole ? `${whole.elapsedSeconds} s` : span;
  const lines = [title, ...aligned([head, ...rows]), clientLine(whole), ...reasonLines(snapshot)];
  return lines.map((line) => coloured(cut(line, columns), isColoured));
}

/** The same in one line, for a log. */
export function renderLine(snapshot: ProbeSnapshot, whole: ProbeSnapshot): string {
  const regions = snapshot.regions.map((region) => {
    const { state, isPreferred, share, p50Ms, p95Ms, p99Ms, errors } = region;
    const latency = `p50 ${ms(p50Ms)} p95 ${ms(p95Ms)} p99 ${ms(p99Ms)}`;
    const name = `${isPreferred ? '*' : ''}${region.region}`;
    return `${name} ${state ?? '–'} served ${percent(share)} ${latency} errors ${errors} lag ${lagText(region)}`;
  });
  return [`${snapshot.elapsedSeconds.toFixed(1)} s: ${clientLine(whole)}`, ...regions].join(' | ');
}

function clientLine({ calls, failed, behind, requestsPerCall, failovers }: ProbeSnapshot): string {
  const each = requestsPerCall === null ? '' : `, ${requestsPerCall.toFixed(2)} requests a call`;
  const late = behind === 0 ? '' : `, ${count(behind, 'read')} of what no region in reach has`;
  return `${count(calls, 'call')}, ${failed} failed${late}${each}, ${count(failovers, 'failover')}`;
}

function reasonLines({ regions }: ProbeSnapshot): string[] {
  return regions.flatMap(({ region, reason }) =>
    reason === null ? [] : [`avoids ${region}: ${printable(reason)}`],
  );
}

function lagText({ lag }: RegionSnapshot): string {
  const told = lag.map(
    ({ from, lagMs, reason }) => `${lagMs === null ? (reason ?? '–') : ms(lagMs)} from ${from}`,
  );
  return told.length === 0 ? '–' : told.join(', ');
}

function aligned(rows: Rows): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        const isLeft = column < LEFT_COLUMNS || column === row.length - 1;
        return isLeft ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 100)} %`;
}

function ms(value: number | null): string {
  if (value === null) return '–';
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ms`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** What a region or a network says may hold anything; control characters would move the cursor. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;
}

function coloured(line: string, isColoured: boolean): string {
  if (!isColoured) return line;
  return line.replace(/(?<= )(closed|half-open|evacuated|open)(?= |$)/, (state) => {
    const code = COLOURS[state];
    return code === undefined ? state : `\u001b[${code}m${state}\u001b[39m`;
  });
}
