import type { ProbeSnapshot } from './probe-snapshot.ts';
import { type LineStyle, renderLine, renderTable } from './render-probe.ts';

/** Where a probe shows its figures. */
export interface ProbeOutput {
  /** Figures of the latest seconds, and of the run so far. */
  show(latest: ProbeSnapshot, whole: ProbeSnapshot): void;
  /** Figures of the whole run, after which nothing is shown any more. */
  end(summary: ProbeSnapshot): void;
  /** Leaves the terminal as it was found, whatever happened. */
  close(): void;
}

/** The parts of a standard stream that an output needs. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
  /** Whether colours are wanted: `NO_COLOR`, `TERM` and the terminal itself decide (https://no-color.org). */
  hasColors?(): boolean;
}

const ESCAPE = '\u001b[';
const HIDE_CURSOR = `${ESCAPE}?25l`;
const SHOW_CURSOR = `${ESCAPE}?25h`;

/** One JSON object a line and nothing else: each interval with the totals so far, and the summary. */
export function jsonOutput(stream: OutputStream): ProbeOutput {
  const write = (line: object) => void stream.write(`${JSON.stringify(line)}\n`);
  return {
    show: (latest, { calls, failed, behind, requests, failovers }) =>
      write({ kind: 'interval', ...latest, total: { calls, failed, behind, requests, failovers } }),
    end: (summary) => write({ kind: 'summary', ...summary }),
    close: () => undefined,
  };
}

/** Wide enough for every region's line: whoever reads a log breaks lines where it suits. */
const LOG_STYLE: LineStyle = { columns: 1_000, isColoured: false };

/** One line each time, for a log or a pipe, and a table at the end. */
export function lineOutput(stream: OutputStream): ProbeOutput {
  return {
    show: (latest, whole) => void stream.write(`${renderLine(latest, whole)}\n`),
    end: (summary) =>
      void stream.write(`\n${renderTable(summary, { ...LOG_STYLE, whole: summary }).join('\n')}\n`),
    close: () => undefined,
  };
}

/** A table that is drawn again in its place. */
export function screenOutput(stream: OutputStream): ProbeOutput {
  let drawn = 0;
  const draw = (latest: ProbeSnapshot, whole: ProbeSnapshot) => {
    // A line as wide as the terminal would wrap on some, and the next drawing begin in the wrong place.
    const columns = (stream.columns ?? 80) - 1;
    const isColoured = stream.hasColors?.() ?? false;
    const lines = renderTable(latest, { columns, isColoured, whole });
    const back = drawn === 0 ? HIDE_CURSOR : `${ESCAPE}${drawn}A\r${ESCAPE}0J`;
    stream.write(`${back}${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  return {
    show: draw,
    end: (summary) => draw(summary, summary),
    close: () => {
      if (drawn > 0) stream.write(SHOW_CURSOR);
      drawn = 0;
    },
  };
}

/** The output that suits: JSON where it was asked for, a table on a terminal, lines anywhere else. */
export function openOutput(stream: OutputStream, { isJson }: { readonly isJson: boolean }): ProbeOutput {
  if (isJson) return jsonOutput(stream);
  const canRedraw = stream.isTTY === true && process.env.TERM !== 'dumb';
  return canRedraw ? screenOutput(stream) : lineOutput(stream);
}
