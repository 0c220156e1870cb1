import { CommandError } from '@gsp/cli-kit';
import type { OperatorCredentials, RegionAddress } from '@gsp/client/operator';

/** How fast Route 53 acts, in seconds of this machine's clock: what a time-scaled twin says is already divided. */
export interface FailoverTiming {
  /** Between two requests of one checker. */
  readonly intervalSeconds: number;
  /** Opinions in a row that turn a checker's mind. */
  readonly failureThreshold: number;
  /** For how long resolvers keep an answer. */
  readonly ttlSeconds: number;
}

/** What stands in front of the regions. */
export interface Routing {
  readonly policy: 'failover' | 'latency' | 'weighted';
  /** The region that failover routing answers with while it is healthy. */
  readonly primary: string;
  /** Name under which clients find the platform. */
  readonly globalName: string;
  readonly timing: FailoverTiming;
}

/** Where traffic is sent at one moment. */
export interface TrafficSighting {
  /** Whether Route 53 may answer with the region; null where only its control plane could tell. */
  readonly isInService: boolean | null;
  /** Regions behind the addresses that DNS answered, null for an address where nobody says; null without an answer. */
  readonly answer: readonly (string | null)[] | null;
}

/** A running platform, a twin or a deployed one, as the operator's commands need it. */
export interface Platform {
  readonly kind: 'twin' | 'cloud';
  /** In topology order. */
  readonly regions: readonly RegionAddress[];
  /** Null where there is no domain: then nothing sends traffic by health. */
  readonly routing: Routing | null;
  /** How many times faster than on AWS the platform's Route 53 is; 1 in the cloud. */
  readonly timeScale: number;
  /** Between two looks at it, in milliseconds. */
  readonly pollMs: number;
  readonly credentials: () => Promise<OperatorCredentials>;
  /** One look, bounded; a look that fails is a sighting without an answer. */
  sight(region: string, signal: AbortSignal): Promise<TrafficSighting>;
  /** What can be found out about why traffic is sent to a region or not, a line each. */
  explain(region: string, signal: AbortSignal): Promise<readonly string[]>;
}

/**
 * The regions that may carry out what concerns `region`: the one named by `--via`, or all its peers.
 *
 * @throws {CommandError} when a name is no region of the platform, or when `via` is the region itself
 */
export function peersOf(
  platform: Pick<Platform, 'regions'>,
  { region, via, act }: { region: string; via: string | undefined; act: string },
): readonly RegionAddress[] {
  const subject = regionNamed(region, { platform, act });
  if (via === undefined) return platform.regions.filter((peer) => peer !== subject);
  const peer = regionNamed(via, { platform, act });
  if (peer !== subject) return [peer];
  throw new CommandError(
    `Cannot ${act}: --via names ${region} itself, another region must note it. Leave --via out, or name a peer.`,
  );
}

/** @throws {CommandError} when the platform has no region of that name */
export function regionNamed(
  name: string,
  { platform, act }: { platform: Pick<Platform, 'regions'>; act: string },
): RegionAddress {
  const found = platform.regions.find(({ region }) => region === name);
  if (found !== undefined) return found;
  throw new CommandError(
    `Cannot ${act}: '${name}' is no region of this platform, one of ${platform.regions.map(({ region }) => region).join(', ')} is needed. Correct the spelling.`,
  );
}

/** Seconds until Route 53 has noticed, at most: every checker asks once in an interval. */
export function detectionSeconds({ intervalSeconds, failureThreshold }: FailoverTiming): number {
  return intervalSeconds * failureThreshold;
}

/**
 * The routing's arithmetic for a person, such as `30 s x 3 = 90 s`. On a time-scaled twin it is that of this machine's
 * clock.
 */
export function arithmetic(timing: FailoverTiming): string {
  const { intervalSeconds, failureThreshold } = timing;
  return `${plain(intervalSeconds)} s x ${failureThreshold} = ${plain(detectionSeconds(timing))} s`;
}

function plain(seconds: number): string {
  return String(Math.round(seconds * 10) / 10);
}
