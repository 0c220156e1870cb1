import type { VantageSummary } from '../traffic-report.ts';

/** One sentence that says how a vantage fared: what its users noticed. */
export function tellVantage(summary: VantageSummary): string {
  const { vantage, calls, failed, behind, meanwhile, movedAfterMs, requestsPerCall } = summary;
  const before = meanwhile === null ? '' : ' before it';
  const parts = [
    `${calls} calls, ${failed === 0 ? 'none' : failed} failed`,
    ...(meanwhile === null
      ? []
      : [
          `meanwhile ${share(meanwhile)} answered, p50 ${ms(meanwhile.p50Ms)}, p99 ${ms(meanwhile.p99Ms)}, the slowest ${ms(meanwhile.maxMs)}`,
        ]),
    ...(movedAfterMs === null
      ? []
      : [`every client answered by another region ${ms(movedAfterMs)} after the fault`]),
    ...(requestsPerCall === null ? [] : [`${requestsPerCall.toFixed(2)} requests a call${before}`]),
    ...(behind === 0 ? [] : [`${behind} reads told that the region is behind their session`]),
  ];
  return `${vantage}: ${parts.join('; ')}.`;
}

function share({ calls, failed }: { readonly calls: number; readonly failed: number }): string {
  const percent = ((calls - failed) / calls) * 100;
  // What is not all must not be rounded to it.
  return failed > 0 && percent > 99.9 ? '99.9 %' : `${Math.round(percent * 10) / 10} %`;
}

function ms(value: number | null): string {
  return value === null ? '–' : `${Math.round(value).toLocaleString('en')} ms`;
}
