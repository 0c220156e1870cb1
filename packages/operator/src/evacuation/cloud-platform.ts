import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { CommandError } from '@gsp/cli-kit';
import type { ParsedOutputs } from '@gsp/client/fetch';
import { checkHealth, type OperatorCredentials } from '@gsp/client/operator';
import {
  failoverBudget,
  NAME_PREFIX_LENGTH_MAX,
  resolveStage,
  type StageSettings,
  slug,
  type Topology,
} from '@gsp/platform/topology';
import { readOutputs } from '../outputs/read-outputs.ts';
import type { Platform, Routing, TrafficSighting } from './platform.ts';
import { authoritativeServers, resolveAddresses } from './resolve-addresses.ts';

const POLL_MS = 2_000;
const ANSWER_TIMEOUT_MS = 3_000;

/** A platform on AWS, and which stage it is. */
export interface CloudPlatform extends Platform, Pick<ParsedOutputs, 'project' | 'stage'> {}

/**
 * The deployed platform of which `file` holds the outputs. Only its data plane is used: signed requests to its regions,
 * DNS, and what the topology says of its health checks. Route 53's API is in one region, and a bad day may be that
 * region's.
 *
 * @throws {CommandError} when the file is not one of a platform, or of a stage that the topology does not have
 */
export async function cloudPlatform(
  file: string,
  { topology, signal }: { topology: Topology; signal: AbortSignal },
): Promise<CloudPlatform> {
  const outputs = await readOutputs(file);
  const { project, stage, regions, global } = outputs;
  const routing = routingOf(outputs, topology);
  const servers = global === null ? [] : await serversToAsk(global, signal);
  const known = new Map<string, string>();
  return {
    kind: 'cloud',
    project,
    stage,
    regions,
    routing,
    timeScale: 1,
    pollMs: POLL_MS,
    credentials: awsCredentials(),
    sight: (_, during) => sight(routing, { servers, known, signal: during }),
    explain: (region, during) => explain(outputs, { region, signal: during }),
  };
}

/** This machine's AWS credentials, as AWS's SDK finds them; where it finds none, with what to do. */
export function awsCredentials(
  provider: () => Promise<OperatorCredentials> = defaultProvider(),
): () => Promise<OperatorCredentials> {
  return () =>
    provider().catch((cause: unknown) => {
      throw new CommandError(
        `Cannot sign the request: ${cause instanceof Error ? cause.message : String(cause)}, an operator's AWS credentials are needed. ` +
          'Set AWS_PROFILE, or run: aws sso login',
        { cause },
      );
    });
}

/** The zone's own servers, or the system's where a network lets nobody else be asked: then its cache delays what is seen. */
async function serversToAsk(
  { zoneName, name }: NonNullable<ParsedOutputs['global']>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const servers = await authoritativeServers(zoneName, signal);
  const answer = await resolveAddresses(name, { servers, signal });
  return answer === null ? [] : servers;
}

function routingOf({ project, stage, global, regions }: ParsedOutputs, topology: Topology): Routing | null {
  if (global === null) return null;
  const primary = regions.find(({ role }) => role === 'primary')?.region ?? '';
  const { policy, healthCheck } = settingsOf({ project, stage, primary }, topology).routing;
  const { intervalSeconds, failureThreshold } = healthCheck;
  const { ttlSeconds } = failoverBudget({ healthCheck });
  return {
    policy,
    primary,
    globalName: global.name,
    timing: { intervalSeconds, failureThreshold, ttlSeconds },
  };
}

/** The outputs have a stage's name as it stands in names on AWS; the topology has it as its branch is called. */
function settingsOf(
  { project, stage, primary }: { project: string; stage: string; primary: string },
  topology: Topology,
): StageSettings {
  const lengthMax = NAME_PREFIX_LENGTH_MAX - topology.project.length - 1;
  const branch = Object.keys(topology.stages).find((name) => slug(name, lengthMax) === stage);
  if (project === topology.project && branch !== undefined) {
    return resolveStage(topology, { backendType: 'standalone', backendName: branch, region: primary })
      .settings;
  }
  throw new CommandError(
    `Cannot say when Route 53 acts: the outputs are of stage '${stage}' of '${project}', which this topology does not have. ` +
      'Check out the branch that was deployed, or name other outputs with --target.',
  );
}

/** Asks the zone's own servers, and each address whose it is; what an address has said once holds for this command. */
async function sight(
  routing: Routing | null,
  { servers, known, signal }: { servers: readonly string[]; known: Map<string, string>; signal: AbortSignal },
): Promise<TrafficSighting> {
  if (routing === null) return { isInService: null, answer: null };
  const name = routing.globalName;
  const addresses = await resolveAddresses(name, { servers, signal });
  if (addresses === null) return { isInService: null, answer: null };
  const answer = await Promise.all(
    addresses.map(async (address) => {
      const region = known.get(address) ?? (await regionBehind(address, { name, signal }));
      if (region !== null) known.set(address, region);
      return region;
    }),
  );
  return { isInService: null, answer };
}

async function explain(
  { regions, project, stage }: ParsedOutputs,
  { region, signal }: { region: string; signal: AbortSignal },
): Promise<string[]> {
  const found = await Promise.all(regions.map((place) => checkHealth(place, { signal })));
  const isAllDown = found.every(({ isHealthy }) => !isHealthy);
  return [
    ...(isAllDown ? ['No region is healthy: Route 53 answers as if all were.'] : []),
    ...found.map((one) => `${one.region} says of itself: ${one.said}`),
    `The check ${project}-${stage}-${region} has the last word: see it in Route 53's console, under Health checks.`,
  ];
}

/** How to ask an address for the name that led to it. */
export interface BehindOptions {
  /** Name that DNS answered the address for: sent as `Host`, and in the TLS handshake. */
  readonly name: string;
  readonly signal: AbortSignal;
  /** @default 'https' */
  readonly protocol?: 'http' | 'https';
  /** @default - the protocol's own */
  readonly port?: number;
}

/**
 * The region that answers at an address, as it says itself in `x-region`; null where nobody answers. An address alone
 * names no region on AWS: the addresses of API Gateway change, and are the same for many names.
 */
export function regionBehind(
  address: string,
  { name, signal, protocol = 'https', port }: BehindOptions,
): Promise<string | null> {
  const send = protocol === 'https' ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const request = send({
      host: address,
      servername: name,
      path: '/health/live',
      headers: { host: name },
      // No pool: a connection that is kept would outlive the question.
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      ...(port === undefined ? {} : { port }),
    });
    request.once('response', (response) => {
      response.resume();
      const region = response.headers['x-region'];
      resolve(typeof region === 'string' && response.statusCode === 200 ? region : null);
    });
    request.once('error', () => resolve(null));
    request.end();
  });
}
