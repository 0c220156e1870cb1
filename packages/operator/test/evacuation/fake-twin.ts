import { createSocket } from 'node:dgram';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'dns-packet';

const REGIONS = ['eu-west-1', 'eu-central-1'] as const;
type Region = (typeof REGIONS)[number];

const GLOBAL_NAME = 'api.gsp.test';
const INTERVAL_SECONDS = 30;
const FAILURE_THRESHOLD = 3;

interface Evacuation {
  readonly reason: string;
  readonly expiresAt: string;
  /** When this was last changed, by which Route 53's delay is counted. */
  readonly sinceMs: number;
  readonly isInForce: boolean;
}

/** What a test may change of a {@link startFakeTwin}. */
export interface FakeTwinBehaviour {
  /** How `GET /health` of a region answers. @default - 200 */
  readonly health?: Partial<Record<Region, { status: number; reasons: readonly string[] }>>;
  /** A problem with which PUT is refused. @default - it is carried out */
  readonly refusal?: { status: number; body: object };
  /** Whether health checks notice anything. @default true */
  readonly doChecksTurn?: boolean;
  /** @default 300: detection within 0.3 s */
  readonly timeScale?: number;
}

/** A fake of the twin's outside: two regions' probes and control routes, Route 53's report, and a DNS server. */
export interface FakeTwin {
  readonly control: string;
  /** Requests to the control routes, such as `PUT eu-central-1 /control/evacuations/eu-west-1`. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Starts a fake twin on free ports. It moves traffic as Route 53 would, by the clock of this machine. */
export async function startFakeTwin(behaviour: FakeTwinBehaviour = {}): Promise<FakeTwin> {
  const { timeScale = 300, doChecksTurn = true } = behaviour;
  const evacuations = new Map<string, Evacuation>();
  const requests: string[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'fake-twin-'));
  const credentialsFile = join(folder, 'credentials.json');
  await writeFile(credentialsFile, JSON.stringify({ accessKeyId: 'AKID', secretAccessKey: 'secret' }));

  const detectionMs = (INTERVAL_SECONDS * FAILURE_THRESHOLD * 1_000) / timeScale;
  const isInService = (region: string): boolean => {
    const found = evacuations.get(region);
    if (found === undefined || !doChecksTurn) return true;
    const isNoticed = Date.now() - found.sinceMs >= detectionMs;
    return isNoticed ? !found.isInForce : found.isInForce;
  };
  const servers = await Promise.all(
    REGIONS.map((region) =>
      listen((request, response) =>
        answerRegion(request, response, { region, evacuations, requests, behaviour }),
      ),
    ),
  );
  const dns = await startDns(() => (isInService('eu-west-1') ? ['127.0.1.10'] : ['127.0.1.11']));
  const control = await listen((_, response) =>
    send(response, 200, {
      timeScale,
      credentialsFile,
      dataDir: folder,
      lagMs: { min: 0, max: 0 },
      links: [],
      dns: {
        host: '127.0.0.1',
        port: dns.port,
        name: GLOBAL_NAME,
        routedName: GLOBAL_NAME,
        zone: 'gsp.test',
      },
      regions: REGIONS.map((region, index) => ({
        region,
        status: 'running',
        api: servers[index]?.url,
        address: `http://127.0.1.${10 + index}:4010`,
      })),
      route53: {
        checks: REGIONS.map((region) => ({
          id: `evacuated-${region}`,
          name: `gsp-main-${region}-evacuated`,
          target: `https://peer.api.gsp.test/control/evacuations/${region}`,
          inverted: true,
          intervalSeconds: INTERVAL_SECONDS,
          failureThreshold: FAILURE_THRESHOLD,
          healthy: isInService(region),
          children: [],
          checkers: [{ region: 'us-east-1', healthy: true, reason: 'HTTP 200' }],
        })),
        records: REGIONS.map((region, index) => ({
          name: GLOBAL_NAME,
          policy: 'failover',
          role: index === 0 ? 'PRIMARY' : 'SECONDARY',
          healthCheckId: `evacuated-${region}`,
          healthy: isInService(region),
          region,
        })),
        answers: [{ name: GLOBAL_NAME, ttlSeconds: 1 }],
      },
    }),
  );
  return {
    control: control.url,
    requests,
    close: async () => {
      for (const { close } of [...servers, control, dns]) await close();
      await rm(folder, { recursive: true });
    },
  };
}

interface RegionContext {
  readonly region: Region;
  readonly evacuations: Map<string, Evacuation>;
  readonly requests: string[];
  readonly behaviour: FakeTwinBehaviour;
}

async function answerRegion(
  request: IncomingMessage,
  response: ServerResponse,
  { region, evacuations, requests, behaviour }: RegionContext,
): Promise<void> {
  const { method = '', url = '' } = request;
  if (url === '/health') {
    const { status, reasons } = behaviour.health?.[region] ?? { status: 200, reasons: [] };
    return send(response, status, { ok: status === 200, region, reasons });
  }
  const subject = url.split('/')[3];
  const found = subject === undefined ? undefined : evacuations.get(subject);
  if (method === 'GET' && subject !== undefined)
    return send(response, found?.isInForce === true ? 200 : 404, { evacuated: found?.isInForce });
  requests.push(`${method} ${region} ${url}`);
  if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=AKID/'))
    return send(response, 403, { message: 'Forbidden' });
  if (subject === undefined) return send(response, 200, list(evacuations));
  if (method === 'DELETE') {
    if (found !== undefined) evacuations.set(subject, { ...found, sinceMs: Date.now(), isInForce: false });
    return send(response, 204);
  }
  if (behaviour.refusal !== undefined)
    return send(response, behaviour.refusal.status, behaviour.refusal.body);
  const { reason, expiresInSeconds } = JSON.parse(await bodyOf(request));
  const expiresAt = new Date(Date.now() + expiresInSeconds * 1_000).toISOString();
  const evacuation = { reason, expiresAt, sinceMs: Date.now(), isInForce: true };
  evacuations.set(subject, evacuation);
  send(response, 200, { evacuation: view(subject, evacuation) });
}

function view(region: string, { reason, expiresAt, isInForce }: Evacuation): object {
  const by = 'arn:aws:iam::000000000000:user/operator';
  return {
    region,
    reason,
    issuedBy: by,
    issuedIn: 'eu-central-1',
    issuedAt: '2026-11-22T12:00:00.000Z',
    expiresAt,
    inForce: isInForce,
    ...(!isInForce && { endedAt: '2026-11-22T12:10:00.000Z', endedBy: by }),
  };
}

function list(evacuations: ReadonlyMap<string, Evacuation>): object {
  const views = [...evacuations].map(([region, evacuation]) => view(region, evacuation));
  const audit = [...evacuations.keys()].map((region) => ({
    id: '1',
    act: 'evacuate',
    region,
    by: 'arn:aws:iam::000000000000:user/operator',
    askedIn: 'eu-central-1',
    at: '2026-11-22T12:00:00.000Z',
    reason: 'test',
  }));
  return { evacuations: views, audit };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function send(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server: Server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function startDns(
  answer: () => readonly string[],
): Promise<{ port: number; close: () => Promise<void> }> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const { id, questions = [] } = decode(message);
    const answers = answer().map((data) => ({ type: 'A' as const, name: GLOBAL_NAME, ttl: 1, data }));
    socket.send(
      encode({ type: 'response', ...(id !== undefined && { id }), questions, answers }),
      from.port,
      from.address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    close: () => new Promise((resolve) => void socket.close(() => resolve())),
  };
}
