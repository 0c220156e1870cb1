import type { Fault } from '@gsp/twin/control';

/** A fault as the control API takes it, or the death of one process of a region. */
export type DrillFault =
  | Fault
  | { readonly region: string; readonly kind: 'end-process'; readonly process: 'region' | 'engine' };

/** Every directed pair of regions. */
export function linksOf(regions: readonly string[]): (readonly [from: string, to: string])[] {
  return regions.flatMap((from) => regions.filter((to) => to !== from).map((to) => [from, to] as const));
}

/** A fault in words, for the report. */
export function describeFault(fault: DrillFault): string {
  if ('link' in fault) {
    const delay = fault.kind === 'delay' ? ` by ${fault.delayMs} ms` : '';
    return `${fault.kind} ${fault.link[0]} -> ${fault.link[1]}${delay}`;
  }
  switch (fault.kind) {
    case 'clock':
      return `clock of ${fault.region} off by ${fault.offsetMs} ms`;
    case 'end-process':
      return `kill -9 the ${fault.process} process of ${fault.region}`;
    case 'slow':
      return `slow ${fault.region} by ${fault.delayMs} ms`;
    case 'error':
    case 'throttle':
      return `${fault.kind} ${Math.round(fault.share * 100)} % in ${fault.region}`;
    default:
      return `${fault.kind} ${fault.region}`;
  }
}
