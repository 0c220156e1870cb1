import type { ResolvedRegion } from '../assembly/resolved-region.ts';
import type { TwinRegion } from '../control/twin-region.ts';
import type { TwinLink, TwinState } from '../control/twin-state.ts';
import type { LinkSettings, RegionFaults, RegionReport } from '../region/region-messages.ts';
import type { RegionUnit } from './region-unit.ts';
import type { LinkEnds } from './replication-links.ts';

/** What a region is described by beside its unit. */
export interface RegionFacts {
  readonly reason: string;
  readonly globalPort: number;
  readonly tables: readonly string[];
  /** Absent while the region does not answer. */
  readonly report: RegionReport | undefined;
  readonly clockOffsetMs: number;
  readonly faults: RegionFaults;
}

/** A region as `GET /_twin/state` shows it. */
export function regionState(
  { region, status, ports, pids, engineRestarts }: RegionUnit,
  { reason, globalPort, tables, report, clockOffsetMs, faults }: RegionFacts,
): TwinRegion {
  return {
    region,
    status,
    reason,
    api: `http://127.0.0.1:${ports.apiPort}`,
    address: `http://${ports.address}:${globalPort}`,
    dynamodb: `http://127.0.0.1:${ports.dynamodbPort}`,
    tables,
    pids: { region: pids.region ?? null, engine: pids.engine ?? null },
    engineRestarts,
    functions: report?.functions ?? null,
    eventSourceMappings: report?.eventSourceMappings ?? null,
    schedules: report?.schedules ?? null,
    queues: report?.queues ?? null,
    requests: report?.requests ?? null,
    clockOffsetMs,
    ...faults,
  };
}

/** A replication link as `GET /_twin/state` shows it; what its source region knows is null while that does not answer. */
export function linkReport(
  [from, to]: LinkEnds,
  { settings, report }: { readonly settings: LinkSettings; readonly report: RegionReport | undefined },
): TwinLink {
  const live = report?.links.find((link) => link.to === to);
  const { p50, p99 } = { p50: live?.lagMsP50 ?? null, p99: live?.lagMsP99 ?? null };
  return {
    from,
    to,
    ...settings,
    backlog: live?.backlog ?? null,
    lagMs: p50 === null || p99 === null ? null : { p50, p99 },
    lastError: live?.lastError ?? null,
    stalledMs: live?.stalledMs ?? null,
  };
}

/** What the templates hold and the twin does not run, over all regions, by type. */
export function notEmulatedOf(regions: readonly ResolvedRegion[]): TwinState['notEmulated'] {
  const found = new Map<string, { regions: string[]; count: number }>();
  for (const { region, notEmulated } of regions) {
    for (const { type, logicalIds } of notEmulated) {
      const entry = found.get(type) ?? { regions: [], count: 0 };
      found.set(type, { regions: [...entry.regions, region], count: entry.count + logicalIds.length });
    }
  }
  return [...found].map(([type, entry]) => ({ type, ...entry })).sort((a, b) => a.type.localeCompare(b.type));
}
