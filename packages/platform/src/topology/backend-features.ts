import type { BackendContext } from './resolve-stage.ts';

// What a backend has, as far as it follows from several settings. Each question is answered here and nowhere else.

/** The zone in which a backend has its names, or undefined where it has none, or none yet. */
export function zoneOf({
  domain,
}: Pick<BackendContext, 'domain'>): { zoneName: string; hostedZoneId: string } | undefined {
  if (domain === null || domain.hostedZoneId === null) return undefined;
  return { zoneName: domain.zoneName, hostedZoneId: domain.hostedZoneId };
}

/** Whether one Region's write may overwrite another's unseen. Under strong consistency none does. */
export function canLoseWrites({ settings }: Pick<BackendContext, 'settings'>): boolean {
  return settings.table.consistency === 'eventual';
}

/** Whether a function gives a sign of life. One Region has no peer to show it to. */
export function hasHeartbeat({ settings, regions }: Pick<BackendContext, 'settings' | 'regions'>): boolean {
  return settings.observability.heartbeat && regions.length > 1;
}

/** Whether a function verifies tokens. Those of one issuer API Gateway verifies by itself. */
export function hasSeveralIssuers({ settings }: Pick<BackendContext, 'settings'>): boolean {
  return (settings.jwt?.issuers.length ?? 0) > 1;
}

/** Whether the Region answers only what came through the edge. */
export function isEdgeOnly(context: Pick<BackendContext, 'domain' | 'settings'>): boolean {
  const { cloudFront, enforced } = context.settings.edge;
  return cloudFront && enforced && zoneOf(context) !== undefined;
}
