import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type PortPlan, planPorts, REGIONS_MAX, requireFreePorts } from '../../src/supervisor/port-plan.ts';
import { TwinError } from '../../src/twin-error.ts';

const REGIONS = ['eu-west-1', 'eu-central-1'];
const LOOPBACK = '127.0.0.1';
/** Where the search for free ports begins: far from a twin's default, below the ports that systems hand out. */
const SEARCH_FROM = 21_000;
const SEARCH_STEP = 300;
const SEARCH_TO = 30_000;

/** A plan of which every port is free now. */
async function freePlan(): Promise<PortPlan> {
  for (let base = SEARCH_FROM; base < SEARCH_TO; base += SEARCH_STEP) {
    const plan = planPorts(base, REGIONS);
    const free = await requireFreePorts(plan).then(
      () => true,
      () => false,
    );
    if (free) return plan;
  }
  throw new Error(`No block of ports from ${SEARCH_FROM} to ${SEARCH_TO} is free`);
}

async function takeTcp(port: number, host = LOOPBACK): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  onTestFinished(() => {
    server.close();
  });
}

async function takeUdp(port: number): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(port, LOOPBACK, resolve));
  onTestFinished(() => {
    socket.close();
  });
}

describe('planPorts()', () => {
  test('lays every block out from the base on, in the order of the regions', () => {
    expect(planPorts(7_000, REGIONS)).toEqual({
      controlPort: 7_000,
      globalPort: 7_010,
      dnsPort: 7_053,
      secretsPort: 7_060,
      regions: [
        {
          region: 'eu-west-1',
          apiPort: 7_011,
          address: '127.0.1.10',
          dynamodbPort: 7_100,
        },
        {
          region: 'eu-central-1',
          apiPort: 7_012,
          address: '127.0.1.11',
          dynamodbPort: 7_101,
        },
      ],
    });
  });

  test('gives no port twice, with as many regions as there may be', () => {
    const names = Array.from({ length: REGIONS_MAX }, (_, index) => `region-${index}`);
    const { controlPort, globalPort, dnsPort, secretsPort, regions } = planPorts(4_000, names);
    const ports = regions.flatMap(({ apiPort, dynamodbPort }) => [apiPort, dynamodbPort]);
    const all = [controlPort, globalPort, dnsPort, secretsPort, ...ports];
    expect(new Set(all).size).toBe(all.length);
    expect(new Set(regions.map(({ address }) => address)).size).toBe(REGIONS_MAX);
  });

  test('throws DefinitionUnusable for one region more', () => {
    const names = Array.from({ length: REGIONS_MAX + 1 }, (_, index) => `region-${index}`);
    expect(() => planPorts(4_000, names)).toThrow(expect.objectContaining({ code: 'DefinitionUnusable' }));
  });
});

describe('requireFreePorts()', () => {
  test('leaves every port free itself', async () => {
    const plan = await freePlan();
    await requireFreePorts(plan);
    await expect(requireFreePorts(plan)).resolves.toBeUndefined();
  });

  test.each<[string, (plan: PortPlan) => number, (port: number) => Promise<void>]>([
    ['the DNS port is taken over UDP', ({ dnsPort }) => dnsPort, takeUdp],
    ['the DNS port is taken over TCP', ({ dnsPort }) => dnsPort, takeTcp],
    ['the control port is taken', ({ controlPort }) => controlPort, takeTcp],
    ['the port of the global endpoint is taken', ({ globalPort }) => globalPort, takeTcp],
    ['the port of Secrets Manager is taken', ({ secretsPort }) => secretsPort, takeTcp],
    ["a region's API port is taken", ({ regions }) => regions[1]?.apiPort ?? 0, takeTcp],
    ["a region's DynamoDB port is taken", ({ regions }) => regions[0]?.dynamodbPort ?? 0, takeTcp],
  ])('throws PortInUse that names the port when %s', async (_, portOf, take) => {
    const plan = await freePlan();
    await take(portOf(plan));
    const failure = await requireFreePorts(plan).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TwinError);
    expect(failure).toMatchObject({
      code: 'PortInUse',
      message: expect.stringContaining(`port ${portOf(plan)} of ${LOOPBACK} is in use`),
    });
  });

  test('names every taken port, and the DNS port once when both its transports are taken', async () => {
    const plan = await freePlan();
    await takeTcp(plan.controlPort);
    await takeTcp(plan.dnsPort);
    await takeUdp(plan.dnsPort);
    await expect(requireFreePorts(plan)).rejects.toThrow(`port ${plan.controlPort}, ${plan.dnsPort} of`);
  });

  // macOS has no addresses of 127.0.0.0/8 but the first.
  test.runIf(process.platform === 'linux')(
    "names a region's own address with the port of the global endpoint on it",
    async () => {
      const plan = await freePlan();
      await takeTcp(plan.controlPort);
      await takeTcp(plan.globalPort, '127.0.1.11');
      await expect(requireFreePorts(plan)).rejects.toThrow(
        `port ${plan.controlPort} of ${LOOPBACK} and port ${plan.globalPort} of 127.0.1.11 is in use`,
      );
    },
  );

  test('minds nothing that has other ports of UDP', async () => {
    const plan = await freePlan();
    await takeUdp(plan.controlPort);
    await expect(requireFreePorts(plan)).resolves.toBeUndefined();
  });
});
