import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type HealthCheckDefinition, type RecordSetDefinition, Route53, startDnsServer } from '@gsp/twin';
import type { DnsLoad, DnsLoadResult } from './dns-load.ts';
import type { Measurement } from './measurement.ts';
import { median } from './statistics.ts';

const HOST = '127.0.0.1';
const ZONE = 'gsp.test';
const NAME = `api.${ZONE}`;
const REGIONS = ['eu-west-1', 'eu-central-1'] as const;

/** Enough to keep the server busy, and few enough for any socket's buffer. */
const WINDOW = 64;

/**
 * Answers of the DNS server per second of processor time of its own process, for the name that health decides
 * about. The client is another process; the server's process does nothing else, so that its processor time is what
 * one core of it can do, whatever the client takes of the machine. What the client saw by the clock stands beside
 * it.
 */
export async function measureDns(
  port: number,
  { runs, queries }: { runs: number; queries: number },
): Promise<Measurement[]> {
  const route53 = routing();
  const server = await startDnsServer({ host: HOST, port, route53 });
  const load: DnsLoad = { host: HOST, port: server.port, name: NAME, queries, window: WINDOW };
  try {
    await answersOf(load);
    const rates: { perCore: number; byClock: number }[] = [];
    for (let run = 0; run < runs; run += 1) rates.push(await answersOf(load));
    const row = (name: string, values: readonly number[]): Measurement => ({
      group: 'DNS, UDP',
      name,
      value: median(values),
      unit: 'per s',
      runs: values,
    });
    return [
      {
        ...row(
          'answers, one core',
          rates.map(({ perCore }) => perCore),
        ),
        goal: { atLeast: 10_000 },
        note: 'per second of the processor time of the server',
      },
      row(
        `answers by the clock, ${WINDOW} at a time`,
        rates.map(({ byClock }) => byClock),
      ),
    ];
  } finally {
    await server.close();
  }
}

async function answersOf(load: DnsLoad): Promise<{ perCore: number; byClock: number }> {
  const program = fileURLToPath(new URL('dns-load.ts', import.meta.url));
  const cpuBefore = process.cpuUsage();
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    program,
    JSON.stringify(load),
  ]);
  const { user, system } = process.cpuUsage(cpuBefore);
  const { answered, wrong, lost, ms }: DnsLoadResult = JSON.parse(stdout);
  if (wrong > 0 || lost > load.queries / 100) {
    throw new Error(
      `Cannot measure the DNS server: of ${load.queries} queries ${wrong} had no address in answer and ${lost} none at all.`,
    );
  }
  return { perCore: answered / ((user + system) / 1_000_000), byClock: answered / (ms / 1_000) };
}

/**
 * Two regions in failover, each with its calculated check, as the backend has them. Nothing asks: answers are
 * measured, not checks.
 */
function routing(): Route53 {
  const zoneId = 'ZBENCH';
  const targetOf = (region: string) => `d-bench.execute-api.${region}.amazonaws.com`;
  const checks = REGIONS.map(
    (region): HealthCheckDefinition => ({
      kind: 'calculated',
      id: region,
      name: region,
      children: [],
      threshold: 0,
      inverted: false,
      disabled: false,
    }),
  );
  const records = REGIONS.map(
    (region, index): RecordSetDefinition => ({
      zoneId,
      name: NAME,
      type: 'A',
      setIdentifier: region,
      routing: { policy: 'failover', role: index === 0 ? 'PRIMARY' : 'SECONDARY' },
      healthCheckId: region,
      target: { kind: 'alias', name: targetOf(region), evaluateTargetHealth: false },
    }),
  );
  return new Route53({
    definition: { zones: [{ id: zoneId, name: ZONE }], checks, records },
    targets: new Map(
      REGIONS.map((region, index) => [
        targetOf(region),
        { address: `127.0.1.${10 + index}`, region, isUp: () => true },
      ]),
    ),
    connectTo: (host) => ({ host, port: 0 }),
    timeScale: 1,
    seed: 1,
    nearestRegion: REGIONS[0],
  });
}
