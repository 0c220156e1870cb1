import { Pool } from 'undici';
import type { Measurement } from './measurement.ts';
import { type LoadResult, runLoad } from './run-load.ts';
import { median, percentile } from './statistics.ts';
import type { TwinUnderTest } from './twin-under-test.ts';

const DATA = 'x'.repeat(200);

/** A client of one region's API over a few kept-alive connections. */
export class ApiClient {
  readonly #pool: Pool;
  /** What comes before each route's path, such as a stage's name; usually nothing. */
  readonly #base: string;

  constructor(url: string, connections: number) {
    const { origin, pathname } = new URL(url);
    this.#base = pathname.replace(/\/$/, '');
    this.#pool = new Pool(origin, { connections });
  }

  async live(): Promise<boolean> {
    const { statusCode, body } = await this.#pool.request({
      method: 'GET',
      path: `${this.#base}/health/live`,
    });
    await body.dump();
    return statusCode === 200;
  }

  /** Writes an item and returns its key, or nothing when it was not acknowledged. */
  async write(pk: string): Promise<{ pk: string; sk: string } | undefined> {
    const { statusCode, body } = await this.#pool.request({
      method: 'POST',
      path: `${this.#base}/write`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ pk, data: { text: DATA } }),
    });
    const answer = (await body.json()) as { item?: { pk: string; sk: string } };
    return statusCode === 200 ? answer.item : undefined;
  }

  /** Creates an order of `five-entities/`, as large as what {@link write} writes; whether it was acknowledged. */
  async create(customerId: string): Promise<boolean> {
    const { statusCode, body } = await this.#pool.request({
      method: 'POST',
      path: `${this.#base}/orders`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customerId, status: 'open', total: 30, text: DATA }),
    });
    await body.json();
    return statusCode === 201;
  }

  async has({ pk, sk }: { pk: string; sk: string }): Promise<boolean> {
    const path = `${this.#base}/items/${pk}/${sk}`;
    const { statusCode, body } = await this.#pool.request({ method: 'GET', path });
    await body.dump();
    return statusCode === 200;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** Latency of one caller at a time, of the cheapest route and of a write. */
export async function measureLatency(
  twin: TwinUnderTest,
  { runs, requests }: { runs: number; requests: number },
): Promise<Measurement[]> {
  const api = new ApiClient(twin.ready.regions[0]?.api ?? '', 1);
  const load = { requests, concurrency: 1 };
  await runLoad(() => api.live(), load);
  await runLoad(async () => (await api.write('warm')) !== undefined, load);
  const live: LoadResult[] = [];
  const write: LoadResult[] = [];
  for (let run = 0; run < runs; run += 1) {
    live.push(await runLoad(() => api.live(), load));
    write.push(await runLoad(async () => (await api.write(`latency-${run}`)) !== undefined, load));
  }
  await api.close();
  return [...latencyRows('GET /health/live', live, 3), ...latencyRows('POST /write', write, 10)];
}

function latencyRows(name: string, results: readonly LoadResult[], p50Max: number): Measurement[] {
  const of = (share: number) => results.map(({ latenciesMs }) => percentile(latenciesMs, share));
  return [
    {
      group: 'latency, 1 caller',
      name: `${name} p50`,
      value: median(of(0.5)),
      unit: 'ms',
      runs: of(0.5),
      goal: { atMost: p50Max },
    },
    { group: 'latency, 1 caller', name: `${name} p99`, value: median(of(0.99)), unit: 'ms', runs: of(0.99) },
  ];
}

/** Writes per second at a concurrency, and how the rate of the last fifth compares with that of the first. */
export async function measureWrites(
  twin: TwinUnderTest,
  { requests, concurrency, warmUp }: { requests: number; concurrency: number; warmUp: number },
): Promise<{ result: LoadResult; lastOverFirst: number }> {
  const api = new ApiClient(twin.ready.regions[0]?.api ?? '', concurrency);
  await runLoad(async () => (await api.write('warm')) !== undefined, { requests: warmUp, concurrency });
  const result = await runLoad(async (index) => (await api.write(`load-${index % 50}`)) !== undefined, {
    requests,
    concurrency,
  });
  await api.close();
  return { result, lastOverFirst: rateOfFifth(result, 4) / rateOfFifth(result, 0) };
}

function rateOfFifth({ completedAtMs }: LoadResult, fifth: number): number {
  const size = Math.floor(completedAtMs.length / 5);
  const from = fifth === 0 ? 0 : (completedAtMs[fifth * size - 1] ?? 0);
  const to = completedAtMs[(fifth + 1) * size - 1] ?? 0;
  return size / (to - from);
}

/** Write in one region to visible in the other, both seen by the same client; one write at a time. */
export async function measureLag(
  twin: TwinUnderTest,
  { writes }: { writes: number },
): Promise<Measurement[]> {
  const [here, there] = twin.ready.regions;
  const writer = new ApiClient(here?.api ?? '', 1);
  const reader = new ApiClient(there?.api ?? '', 1);
  const lagsMs: number[] = [];
  for (let index = 0; index < writes; index += 1) {
    const item = await writer.write('lag');
    const acknowledgedAt = performance.now();
    if (item === undefined) throw new Error('Cannot measure the lag: a write was not acknowledged.');
    await untilVisible(reader, item);
    lagsMs.push(performance.now() - acknowledgedAt);
  }
  await Promise.all([writer.close(), reader.close()]);
  const row = (name: string, share: number, atMost: number): Measurement => ({
    group: 'replication, --lag 0',
    name,
    value: percentile(lagsMs, share),
    unit: 'ms',
    runs: [],
    goal: { atMost },
    note: `${writes} writes, acknowledged here to read there`,
  });
  return [row('write to visible p50', 0.5, 25), row('write to visible p99', 0.99, 100)];
}

async function untilVisible(reader: ApiClient, item: { pk: string; sk: string }): Promise<void> {
  const limit = performance.now() + 10_000;
  while (!(await reader.has(item))) {
    if (performance.now() > limit)
      throw new Error('Cannot measure the lag: a write did not arrive within 10 s.');
  }
}
