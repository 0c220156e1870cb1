import { setTimeout as sleep } from 'node:timers/promises';
import {
  createClient,
  fetchTransport,
  isProblemError,
  type PlatformClient,
  type RegionEndpoint,
} from '@gsp/client/fetch';
import type { ReplicationLag } from './stage-status.ts';

type ItemKey = Parameters<PlatformClient['getItem']>[0];

const PROBE_PK = 'status-probe';
/** The item is deleted at once; this is for a command that was killed before. */
const PROBE_TTL_SECONDS = 300;
const LOOK_MS = 50;

/** How long to look for a write. */
export interface ProbeLagOptions {
  /** @default 10000 */
  readonly limitMs?: number;
}

/**
 * Writes one item in each region and looks for it in all others, until it is there. Each figure holds the way of the read
 * that found it, and at most one look more. The items are deleted afterwards.
 *
 * @returns lag by the region that wrote; never throws for a region that does not answer
 */
export async function probeLag(
  regions: readonly RegionEndpoint[],
  { limitMs = 10_000 }: ProbeLagOptions = {},
): Promise<ReadonlyMap<string, readonly ReplicationLag[]>> {
  if (regions.length < 2) return new Map();
  const client = createClient({ regions, transport: fetchTransport, hedge: false });
  try {
    const found = await Promise.all(
      regions.map(async ({ region }) => {
        const to = regions.map((other) => other.region).filter((other) => other !== region);
        return [region, await probeFrom(client, { from: region, to, limitMs })] as const;
      }),
    );
    return new Map(found);
  } finally {
    client.close();
  }
}

async function probeFrom(
  client: PlatformClient,
  { from, to, limitMs }: { from: string; to: readonly string[]; limitMs: number },
): Promise<readonly ReplicationLag[]> {
  const options = { region: from, session: null };
  let key: ItemKey;
  try {
    const { item } = await client.writeItem(
      { pk: PROBE_PK, data: { from }, ttlSeconds: PROBE_TTL_SECONDS },
      options,
    );
    key = { pk: item.pk, sk: item.sk };
  } catch (error) {
    const reason = `${from} takes no write: ${said(error)}`;
    return to.map((region) => ({ to: region, lagMs: null, source: 'probe', reason }));
  }
  const writtenAtMs = performance.now();
  try {
    return await Promise.all(to.map((region) => look(client, { key, region, writtenAtMs, limitMs })));
  } finally {
    // What cannot be deleted now expires by itself.
    await client.deleteItem(key, options).catch(() => undefined);
  }
}

async function look(
  client: PlatformClient,
  {
    key,
    region,
    writtenAtMs,
    limitMs,
  }: { key: ItemKey; region: string; writtenAtMs: number; limitMs: number },
): Promise<ReplicationLag> {
  let reason = 'not there';
  for (;;) {
    const leftMs = writtenAtMs + limitMs - performance.now();
    if (leftMs <= 0) {
      const why = `not seen within ${limitMs / 1_000} s (${reason})`;
      return { to: region, lagMs: null, source: 'probe', reason: why };
    }
    try {
      await client.getItem(key, { region, session: null, timeoutMs: leftMs });
      return {
        to: region,
        lagMs: Math.round(performance.now() - writtenAtMs),
        source: 'probe',
        reason: null,
      };
    } catch (error) {
      reason = isProblemError(error) && error.status === 404 ? 'not there' : said(error);
    }
    await sleep(Math.min(LOOK_MS, leftMs));
  }
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
