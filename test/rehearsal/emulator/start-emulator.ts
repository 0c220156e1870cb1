import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@gsp/twin';
import { pythonEnvironment } from '../../python/python-environment.ts';
import { emulatedApi, openApiGateway } from './api-gateway.ts';

/** An emulated AWS on loopback. */
export interface Emulator {
  /** Of every service and Region. */
  readonly url: string;
  /** Where each Region's HTTP API is called. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** For whatever is to talk to it and to nothing else. */
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
  /** The Region's API on the emulator itself, with nothing between. */
  directApi(region: string): Promise<string>;
  /** What it has printed, for the message of a test that fails. */
  log(): string;
  end(): Promise<void>;
}

const READY_LIMIT_MS = 30_000;

/** Starts an empty emulated AWS for these Regions. */
export async function startEmulator(regions: readonly string[]): Promise<Emulator> {
  const python = await pythonEnvironment(join(import.meta.dirname, 'requirements.txt'));
  const home = await mkdtemp(join(tmpdir(), 'rehearsal-'));
  const gateways = await Promise.all(
    regions.map(async (region) => [region, await openApiGateway(region)] as const),
  );
  const endpoints = Object.fromEntries(gateways.map(([region, { endpoint }]) => [region, endpoint]));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(python, [join(import.meta.dirname, 'bridged_ministack.py')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: home,
      TMPDIR: home,
      // Its packages are compiled as they are installed; what lies beside this file is not to be.
      PYTHONDONTWRITEBYTECODE: '1',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      LAMBDA_EXECUTOR: 'local',
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      // Its worker requires ES modules, which fails with those that await at their top level, as Amplify's preamble
      // does. Told that they cannot be required, it imports them.
      NODE_OPTIONS: '--no-experimental-require-module',
      REHEARSAL_ENDPOINTS: JSON.stringify(endpoints),
    },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-20_000);
    });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = async () => {
    // By which it ends, and what it started with it.
    child.stdin.destroy();
    const forced = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(forced);
    await Promise.all(gateways.map(([, gateway]) => gateway.close()));
    await rm(home, { recursive: true, force: true });
  };
  try {
    await untilReady(url, () => child.exitCode === null);
  } catch (cause) {
    await end();
    throw new Error(`Cannot start the emulator: it printed\n${printed}`, { cause });
  }
  for (const [, gateway] of gateways) gateway.connect(url);
  return {
    url,
    endpoints,
    env: environment(url, regions, home),
    pid: child.pid ?? 0,
    directApi: (region) => emulatedApi(url, region),
    log: () => printed,
    end,
  };
}

function environment(url: string, [region = '']: readonly string[], home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    CI: '1',
    AWS_ENDPOINT_URL: url,
    AWS_ENDPOINT_URL_S3: url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_S3_FORCE_PATH_STYLE: '1',
    // Nothing of this machine's may be found.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AMPLIFY_DISABLE_TELEMETRY: '1',
    CDK_DISABLE_TELEMETRY: '1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

async function untilReady(url: string, isRunning: () => boolean): Promise<void> {
  const limit = performance.now() + READY_LIMIT_MS;
  for (;;) {
    const answer = await fetch(`${url}/_ministack/ready`, { signal: AbortSignal.timeout(2_000) }).catch(
      () => undefined,
    );
    if (answer?.ok) return;
    if (!isRunning()) throw new Error('it has ended');
    if (performance.now() > limit) throw new Error(`it was not ready within ${READY_LIMIT_MS} ms`);
    await pause(100);
  }
}
