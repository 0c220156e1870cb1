import { setTimeout as sleep } from 'node:timers/promises';
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  createClient,
  fetchTransport,
  isProblemError,
  type PlatformClient,
  type RegionEndpoint,
} from '@gsp/client/fetch';
import { askAws } from '../cloud/cloud-error.ts';
import type { RegionClients } from '../cloud/region-clients.ts';
import type { ReplicationLag } from './stage-status.ts';

type ItemKey = Parameters<PlatformClient['getItem']>[0];

const PROBE_PK = 'status-probe';
/** The item is deleted at once; this is for a command that was killed before. */
const PROBE_TTL_SECONDS = 300;
const LOOK_MS = 50;

/** How long to look for a write. */
interface ProbeLagOptions {
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

const WINDOW_MS = 5 * 60_000;
const PERIOD_SECONDS = 60;

/** Which table, to where, and when. */
interface MeasuredLagOptions {
  readonly tableName: string;
  /** Regions that receive. */
  readonly to: readonly string[];
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/**
 * How long changes made in this Region take to the others, as DynamoDB measured it in the last five minutes. Where
 * nothing was written nothing was measured; and a table of strong consistency has no such measure.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 * @throws {CloudError} when CloudWatch cannot be asked
 */
export async function measuredLag(
  { region, cloudWatch }: RegionClients,
  { tableName, to, nowMs, signal }: MeasuredLagOptions,
): Promise<readonly ReplicationLag[]> {
  if (to.length === 0) return [];
  const { MetricDataResults = [] } = await askAws({ act: 'read the replication lag', region }, () =>
    cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(nowMs - WINDOW_MS),
        EndTime: new Date(nowMs),
        MetricDataQueries: to.map((receiver, index) => ({
          Id: `to${index}`,
          MetricStat: {
            Metric: {
              Namespace: 'AWS/DynamoDB',
              MetricName: 'ReplicationLatency',
              Dimensions: [
                { Name: 'TableName', Value: tableName },
                { Name: 'ReceivingRegion', Value: receiver },
              ],
            },
            Period: PERIOD_SECONDS,
            Stat: 'Average',
          },
        })),
      }),
      { abortSignal: signal },
    ),
  );
  return to.map((receiver, index) => {
    const values = MetricDataResults.find(({ Id }) => Id === `to${index}`)?.Values ?? [];
    return values.length === 0
      ? { to: receiver, lagMs: null, source: 'cloudwatch', reason: 'no data' }
      : { to: receiver, lagMs: Math.round(average(values)), source: 'cloudwatch', reason: null };
  });
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
