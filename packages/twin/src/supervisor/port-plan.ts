import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { TwinError } from '../twin-error.ts';

/** Where one region of the twin listens. Every address is loopback. */
export interface RegionPorts {
  readonly region: string;
  /** The region's HTTP API, `http://127.0.0.1:<apiPort>`. */
  readonly apiPort: number;
  /** The region's own loopback address, on which the API also listens at {@link PortPlan.globalPort}. */
  readonly address: string;
  /** The region's DynamoDB endpoint. */
  readonly dynamodbPort: number;
}

/** Every port of a twin, computed from its base so that two twins never have to look each other up. */
export interface PortPlan {
  readonly controlPort: number;
  /** The global endpoint on 127.0.0.1, and every region's API on the region's own address. */
  readonly globalPort: number;
  /** DNS, UDP and TCP. */
  readonly dnsPort: number;
  /** Secrets Manager of all regions. */
  readonly secretsPort: number;
  readonly regions: readonly RegionPorts[];
}

/** How many regions a plan has room for between its blocks of ports. */
export const REGIONS_MAX = 16;

/** The default for `--port-base`; the committed `amplify_outputs.json` points at it. */
export const DEFAULT_PORT_BASE = 4000;

const LOOPBACK = '127.0.0.1';

/**
 * Lays out the ports of a twin: base +0 control, +10 the global endpoint and the regions' own addresses, +11.. regional
 * endpoints, +53 DNS, +60 Secrets Manager, +100.. DynamoDB endpoints, each block in the order of `regions`.
 *
 * @throws {TwinError} `DefinitionUnusable` when there are more regions than a block has ports
 */
export function planPorts(portBase: number, regions: readonly string[]): PortPlan {
  if (regions.length > REGIONS_MAX) {
    throw new TwinError(
      'DefinitionUnusable',
      `Cannot lay out ports: the definition has ${regions.length} regions, the twin runs at most ${REGIONS_MAX}. ` +
        'Start a stage with fewer regions.',
    );
  }
  return {
    controlPort: portBase,
    globalPort: portBase + 10,
    dnsPort: portBase + 53,
    secretsPort: portBase + 60,
    regions: regions.map((region, index) => ({
      region,
      apiPort: portBase + 11 + index,
      address: `127.0.1.${10 + index}`,
      dynamodbPort: portBase + 100 + index,
    })),
  };
}

/**
 * Makes sure that nothing listens on any port of the plan, before anything is started.
 *
 * Another process may still take a port between this check and the bind; the bind then fails with the same
 * remedy. The check exists so that the usual case fails before half a twin is up.
 *
 * @throws {TwinError} `PortInUse` naming every taken port
 */
export async function requireFreePorts(plan: PortPlan): Promise<void> {
  const ports = [
    plan.controlPort,
    plan.globalPort,
    plan.dnsPort,
    plan.secretsPort,
    ...plan.regions.flatMap(({ apiPort, dynamodbPort }) => [apiPort, dynamodbPort]),
  ];
  const checks = [
    ...ports.map((port) => takenAt(port, LOOPBACK, isFree)),
    takenAt(plan.dnsPort, LOOPBACK, isFreeForUdp),
    ...plan.regions.map(({ address }) => takenAt(plan.globalPort, address, isFree)),
  ];
  const taken = [
    ...new Map((await Promise.all(checks)).flat().map((one) => [`${one.host} ${one.port}`, one])).values(),
  ];
  if (taken.length === 0) return;
  throw new TwinError(
    'PortInUse',
    `Cannot start the twin: ${listTaken(taken)} is in use, it needs ${ports.length} free ports ` +
      `from ${plan.controlPort} on. Stop what listens there (another twin?), or choose others with --port-base N.`,
  );
}

interface TakenPort {
  readonly host: string;
  readonly port: number;
}

async function takenAt(
  port: number,
  host: string,
  isFreeThere: (port: number, host: string) => Promise<boolean>,
): Promise<TakenPort[]> {
  return (await isFreeThere(port, host)) ? [] : [{ host, port }];
}

/** Such as `port 4000, 4011 of 127.0.0.1 and port 4010 of 127.0.1.10`. */
function listTaken(taken: readonly TakenPort[]): string {
  const hosts = [...new Set(taken.map(({ host }) => host))];
  const portsOf = (host: string) => taken.filter((one) => one.host === host).map(({ port }) => port);
  return hosts.map((host) => `port ${portsOf(host).join(', ')} of ${host}`).join(' and ');
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      // Not an address of this machine: nobody listens there, the twin included.
      else if (error.code === 'EADDRNOTAVAIL') resolve(true);
      else reject(error);
    });
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

function isFreeForUdp(port: number, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createSocket('udp4');
    probe.once('error', (error: NodeJS.ErrnoException) => {
      probe.close();
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    probe.bind({ address, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Where ports are looked for: below those that systems give to outgoing connections, which would take one that is free for a moment. */
const PORTS_LOOKED_AT = { min: 10_000, max: 31_000 };
const ATTEMPTS_MAX = 50;

/**
 * A base whose whole block of ports is free at this moment. Chosen at random, so that twins which are started side by side
 * do not try for the same.
 *
 * @throws {TwinError} `PortInUse` when none was found
 */
export async function freePortBase(regions: readonly string[]): Promise<number> {
  let refusal: unknown;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const base = randomInt(PORTS_LOOKED_AT.min, PORTS_LOOKED_AT.max);
    try {
      await requireFreePorts(planPorts(base, regions));
      return base;
    } catch (error) {
      refusal = error;
    }
  }
  throw new TwinError('PortInUse', 'Cannot start the twin: no free block of ports was found.', {
    cause: refusal,
  });
}

/**
 * A port of 127.0.0.1 that is free at this moment, chosen at random.
 *
 * @throws {TwinError} `PortInUse` when none was found
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const port = randomInt(PORTS_LOOKED_AT.min, PORTS_LOOKED_AT.max);
    if (await isFree(port, LOOPBACK)) return port;
  }
  throw new TwinError('PortInUse', `No free port of ${LOOPBACK} was found. End what listens on its ports.`);
}

/**
 * Those of the addresses on which this machine can listen. Linux owns all of 127.0.0.0/8; macOS only what was added to its
 * loopback interface.
 */
export async function ownAddresses(addresses: readonly string[]): Promise<ReadonlySet<string>> {
  const own = await Promise.all(
    addresses.map(async (address) => ((await canListen(address)) ? [address] : [])),
  );
  return new Set(own.flat());
}

function canListen(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    // Port 0: whether the address is ours is the question, not whether a port is free.
    probe.listen({ host, port: 0 }, () => probe.close(() => resolve(true)));
  });
}
