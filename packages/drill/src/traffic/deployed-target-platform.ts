import { Resolver } from 'node:dns/promises';
import { CommandError } from '@gsp/cli-kit';
import { cloudPlatform } from '@gsp/operator/evacuation';
import { Experiments, fisClient } from '@gsp/operator/fault-injection';
import { loadProject } from '@gsp/operator/project';
import { drillOperator } from './drill-operator.ts';
import type { ResolvedName, TargetPlatform } from './target-platform.ts';

const HTTPS_PORT = 443;
const LOOK_INTERVAL_MS = 2_000;
const CHECKER_TIMEOUT_SECONDS = 2;

/**
 * The deployed platform of which `file` holds the outputs, to be drilled from this machine: through its system's DNS, and
 * without looking into Route 53, whose control plane a drill needs no more than a failover does.
 *
 * What is broken there, AWS Fault Injection Service breaks; nothing is asked of it unless a scenario does so.
 *
 * @throws {CommandError} when the file is not one of a platform, or the platform has no domain
 */
export async function deployedTargetPlatform(file: string, signal: AbortSignal): Promise<TargetPlatform> {
  const { topology } = await loadProject();
  const platform = await cloudPlatform(file, { topology, signal });
  const { routing, regions } = platform;
  if (routing === null) {
    throw new CommandError(
      `Cannot drill traffic: the platform of ${file} has no domain, so nothing moves its traffic. Give its stage one in amplify/topology.ts.`,
    );
  }
  const { globalName, timing, policy, primary } = routing;
  const operator = drillOperator(platform);
  const { project, stage, credentials } = platform;
  const experiments = new Experiments({
    project,
    stage,
    clients: regions.map(({ region }) => fisClient({ region, credentials })),
  });
  const resolve = (during: AbortSignal) => resolveBySystem(globalName, during);
  return {
    target: `https://${globalName}`,
    timeScale: 1,
    globalName,
    timing,
    resolve,
    protocol: 'https',
    isTwin: false,
    checksOf: new Map(),
    lookIntervalMs: LOOK_INTERVAL_MS,
    regions: regions.map(({ region, endpoint }) => ({ region, api: endpoint })),
    primary: policy === 'failover' ? primary : null,
    checkerTimeoutSeconds: CHECKER_TIMEOUT_SECONDS,
    connectTo: (address) => ({ host: address, port: HTTPS_PORT }),
    // Addresses of API Gateway change and are not ours: the answer says who gave it.
    regionOf: () => null,
    async look(during) {
      await experiments.assertRunning(during);
      return { checks: [], answer: await resolve(during).catch(() => null), backlog: null };
    },
    experiments,
    inject: null,
    progress: async () => undefined,
    ...operator,
    async restoreAll() {
      // Each of them, whatever becomes of the other.
      const outcomes = await Promise.allSettled([experiments.stopAll(), operator.restoreEvacuated()]);
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    },
  };
}

async function resolveBySystem(name: string, signal: AbortSignal): Promise<ResolvedName> {
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const records = await resolver.resolve4(name, { ttl: true });
    return {
      addresses: records.map(({ address }) => address),
      ttlSeconds: Math.min(...records.map(({ ttl }) => ttl)),
    };
  } catch (cause) {
    signal.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(
      `Cannot resolve ${name}: ${why}, an answer of this machine's DNS is needed. A twin is drilled with --twin.`,
      {
        cause,
      },
    );
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
