import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DrillFault } from '../../src/drill-fault.ts';
import type { ObservedItem } from '../../src/judge/history.ts';
import type { CheckSighting, TargetPlatform } from '../../src/traffic/target-platform.ts';

/** What the fake platform does wrong, as a mutant of the real one would. */
export interface FakeFlaws {
  /** Health checks never turn, as if they asked nothing that can fail. */
  readonly isBlind?: boolean;
  /** Every so many-th POST is acknowledged and forgotten. */
  readonly losesEvery?: number;
  /** An evacuation is noted, and moves nothing. */
  readonly ignoresEvacuation?: boolean;
  /** With no healthy region DNS answers something else than the primary. */
  readonly forgetsPrimary?: boolean;
  /** A region is unhealthy for what it cannot send to its peer. */
  readonly blamesLinks?: boolean;
}

export const [PRIMARY, SECONDARY] = ['eu-west-1', 'eu-central-1'] as const;
const REGIONS: readonly string[] = [PRIMARY, SECONDARY];
const addressOf = (region: string) => `127.0.1.${10 + REGIONS.indexOf(region)}`;

const TIMING = { intervalSeconds: 30, failureThreshold: 3 };
const TTL_SECONDS = 60;

/** Two regions over one store, with checks and DNS that follow the arithmetic to the point. */
export interface FakePlatform {
  readonly platform: TargetPlatform;
  end(): Promise<void>;
}

/** Starts it. Times pass `timeScale` times faster; its answers are kept for a whole time to live. */
export async function startFakePlatform(timeScale: number, flaws: FakeFlaws = {}): Promise<FakePlatform> {
  const store = new FakeStore(flaws.losesEvery);
  /** Regions that are out of service, with the moment from which checkers know. */
  const outSince = new Map<string, number>();
  const backSince = new Map<string, number>();
  const dead = new Set<string>();
  let backlog = 0;
  const servers = await Promise.all(REGIONS.map((region) => listen(region, { store, dead })));
  const apis = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const detectionMs = ((TIMING.intervalSeconds * TIMING.failureThreshold) / timeScale) * 1_000;
  const takeOut = (region: string) => {
    if (!flaws.isBlind) outSince.set(region, Date.now() + detectionMs);
    backSince.delete(region);
  };
  const bringBack = (region: string) => backSince.set(region, Date.now() + detectionMs);
  const stateOf = (region: string): { isHealthy: boolean; sinceMs: number } => {
    const [out = Infinity, back = Infinity] = [outSince.get(region), backSince.get(region)];
    if (Date.now() < out) return { isHealthy: true, sinceMs: 0 };
    return Date.now() < back || back < out
      ? { isHealthy: false, sinceMs: out }
      : { isHealthy: true, sinceMs: back };
  };
  const checkOf = (region: string): CheckSighting => ({
    name: `check-${region}`,
    kind: 'calculated',
    inverted: false,
    hasData: true,
    ...stateOf(region),
    askedAtMs: Math.floor(Date.now() / 100) * 100,
  });
  const resolve = async () => {
    const fallback = flaws.forgetsPrimary ? SECONDARY : PRIMARY;
    const region = REGIONS.find((each) => stateOf(each).isHealthy) ?? fallback;
    return { addresses: [addressOf(region)], ttlSeconds: Math.max(1, Math.round(TTL_SECONDS / timeScale)) };
  };
  const platform: TargetPlatform = {
    ...{ target: 'a fake', timeScale, primary: PRIMARY, globalName: 'api.gsp.test', timing: TIMING },
    ...{ protocol: 'http', isTwin: true, checkerTimeoutSeconds: 0.5, lookIntervalMs: 20, resolve },
    regions: REGIONS.map((region, index) => ({ region, api: apis[index] ?? '' })),
    checksOf: new Map(
      REGIONS.map((region) => [region, { verdict: `check-${region}`, endpoint: `check-${region}` }]),
    ),
    connectTo: (address) => {
      const url = new URL(apis[REGIONS.findIndex((region) => addressOf(region) === address)] ?? '');
      return { host: url.hostname, port: Number(url.port) };
    },
    regionOf: (address) => REGIONS.find((region) => addressOf(region) === address) ?? null,
    look: async () => ({ checks: REGIONS.map(checkOf), answer: await resolve(), backlog }),
    inject: async (fault: DrillFault) => {
      if ('link' in fault) {
        backlog = fault.kind === 'cut' ? 7 : 0;
        // Sooner than by the checks' arithmetic: the cut does not last that long.
        if (flaws.blamesLinks && fault.kind === 'cut') outSince.set(PRIMARY, Date.now() + detectionMs / 3);
        return;
      }
      if (fault.kind === 'slow') takeOut(fault.region);
      if (fault.kind === 'heal') bringBack(fault.region);
      if (fault.kind === 'kill') {
        dead.add(fault.region);
        takeOut(fault.region);
      } else if (fault.kind === 'start') {
        dead.delete(fault.region);
        bringBack(fault.region);
      }
    },
    evacuate: async (region) => (flaws.ignoresEvacuation ? undefined : takeOut(region)),
    restore: async (region) => void bringBack(region),
    restoreAll: async () => dead.clear(),
    progress: async () => undefined,
  };
  return {
    platform,
    end: async () => {
      await Promise.all(
        servers.map((server) => {
          server.closeAllConnections();
          return new Promise((done) => server.close(done));
        }),
      );
    },
  };
}

async function listen(
  region: string,
  { store, dead }: { store: FakeStore; dead: ReadonlySet<string> },
): Promise<Server> {
  const server = createServer((request, response) => {
    if (dead.has(region)) request.socket.destroy();
    else void answer(request, response, { region, store });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { region, store }: { region: string; store: FakeStore },
): Promise<void> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const { pathname } = new URL(request.url ?? '/', 'http://fake');
  const body = text === '' ? {} : (JSON.parse(text) as { pk?: string; data?: unknown; by?: number });
  const key = request.headers['idempotency-key'];
  const [status, result] = store.handle({
    ...{ region, method: request.method ?? 'GET', body, key: String(key ?? randomUUID()) },
    parts: pathname.split('/').filter((part) => part !== ''),
  });
  response.writeHead(status, { 'content-type': 'application/json', 'x-region': region });
  response.end(JSON.stringify(result));
}

interface FakeRequest {
  readonly region: string;
  readonly method: string;
  readonly parts: readonly string[];
  readonly body: { readonly pk?: string; readonly data?: unknown; readonly by?: number };
  readonly key: string;
}

/** One store for both regions: replication that takes no time. */
class FakeStore {
  readonly #items = new Map<string, ObservedItem>();
  readonly #counters = new Map<string, number>();
  readonly #done = new Map<string, [number, unknown]>();
  readonly #losesEvery: number | undefined;
  #posts = 0;

  constructor(losesEvery: number | undefined) {
    this.#losesEvery = losesEvery;
  }

  handle({ region, method, parts: [kind, id = '', sk], body, key }: FakeRequest): [number, unknown] {
    if (method === 'GET') {
      if (kind === 'conflicts') return [200, { conflicts: [] }];
      if (kind === 'counters') return [200, { id, value: this.#counters.get(id) ?? 0 }];
      if (sk === undefined) return [200, { items: [...this.#items.values()].filter(({ pk }) => pk === id) }];
      const item = this.#items.get(`${id}/${sk}`);
      return item === undefined ? [404, {}] : [200, { item }];
    }
    const done = this.#done.get(key);
    if (done !== undefined) return done;
    const result = kind === 'counters' ? this.#add(id, body.by ?? 0) : this.#write(region, { id, sk, body });
    this.#done.set(key, result);
    return result;
  }

  #add(id: string, by: number): [number, unknown] {
    const value = (this.#counters.get(id) ?? 0) + by;
    this.#counters.set(id, value);
    return [200, { id, value }];
  }

  #write(
    region: string,
    { id, sk, body }: { id: string; sk: string | undefined; body: FakeRequest['body'] },
  ): [number, unknown] {
    const key = sk === undefined ? { pk: body.pk ?? '', sk: randomUUID() } : { pk: id, sk };
    const before = this.#items.get(`${key.pk}/${key.sk}`);
    const now = new Date().toISOString();
    const version = {
      ...before?.version,
      [region]: Math.max(0, ...Object.values(before?.version ?? {})) + 1,
    };
    const item: ObservedItem = {
      ...{ ...key, createdAt: before?.createdAt ?? now, updatedAt: now, ttl: 0, region, version },
      data: body.data,
    };
    if (sk === undefined) this.#posts += 1;
    const isLost = sk === undefined && this.#losesEvery !== undefined && this.#posts % this.#losesEvery === 0;
    if (!isLost) this.#items.set(`${key.pk}/${key.sk}`, item);
    return [200, { written: true, item }];
  }
}
