import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandError, waitForTermination } from '@gsp/cli-kit';
import { createClient } from '@gsp/client';
import {
  type EndpointMode,
  isInvalidOutputsError,
  isProblemError,
  type PlatformClient,
} from '@gsp/client/fetch';
import { readOutputs } from '../outputs/read-outputs.ts';
import { type LagWatch, watchLag } from './lag-watch.ts';
import { ProbeFigures } from './probe-figures.ts';
import { sendLoad } from './probe-load.ts';
import { type OutputStream, openOutput } from './probe-output.ts';

/** The options of `npm run probe`, parsed. */
export interface ProbeOptions {
  /** File with the outputs of the platform. */
  readonly target: string;
  /** @default 'regional', or 'global' where the outputs say that the edge is the only way in */
  readonly endpoint?: EndpointMode;
  /** Calls in a second. */
  readonly rate: number;
  /** Share of calls that write, 0 to 1. */
  readonly writeShare: number;
  /** How long to probe, in milliseconds. @default - until told to end */
  readonly durationMs: number | undefined;
  /** Between two lines, in milliseconds. */
  readonly intervalMs: number;
  /** Whether standard output is for a program. */
  readonly json: boolean;
}

/** What a test puts in the place of the process. */
export interface ProbeSurroundings {
  readonly stream: OutputStream;
  readonly openClient: (options: {
    readonly outputs: unknown;
    readonly endpoint: EndpointMode;
    readonly hedge?: boolean;
  }) => PlatformClient;
  /** Resolves when the probe is told to end. */
  readonly termination: () => Promise<unknown>;
}

const PROCESS: ProbeSurroundings = {
  stream: process.stdout,
  openClient: createClient,
  termination: waitForTermination,
};

/** Percentiles of fewer seconds would jump; a line that comes less often is about all the time since the last. */
const SPAN_MS_MIN = 10_000;

/**
 * Calls the platform again and again through its client, shows what that comes to, and sums it up at the end.
 *
 * @throws {CommandError} when the file is not one of a platform
 * @throws {CommandError} when there is nothing to probe, or, once the summary is shown, when calls failed
 */
export async function runProbe(options: ProbeOptions, surroundings = PROCESS): Promise<void> {
  const { target } = options;
  const { stream, openClient, termination } = surroundings;
  const stop = new AbortController();
  // Every call listens while it goes on.
  setMaxListeners(0, stop.signal);
  void termination().then(() => stop.abort());
  const { content: outputs, isEdgeOnly: isBehindEdge } = await readOutputs(target);
  const endpoint = options.endpoint ?? (isBehindEdge ? 'global' : 'regional');
  const client = namingTheFile(() => openClient({ outputs, endpoint }), target);
  // Lag is between one region and another, and through the edge nobody can choose either.
  const lagClient = isBehindEdge ? null : openClient({ outputs, endpoint: 'regional', hedge: false });
  const output = openOutput(stream, { isJson: options.json });
  const pk = `probe-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
  try {
    await reach(client, { target, pk, signal: stop.signal });
    if (stop.signal.aborted) return;
    await probe({ ...options, endpoint }, { client, lagClient, output, pk, stop });
  } finally {
    output.close();
    client.close();
    lagClient?.close();
  }
}

function namingTheFile(open: () => PlatformClient, target: string): PlatformClient {
  try {
    return open();
  } catch (cause) {
    if (!isInvalidOutputsError(cause)) throw cause;
    throw new CommandError(`Cannot probe ${target}: ${cause.message}`, { cause });
  }
}

/** @throws {CommandError} when no region answers: then there is nothing whose failures could be counted */
async function reach(
  client: PlatformClient,
  { target, pk, signal }: { target: string; pk: string; signal: AbortSignal },
): Promise<void> {
  try {
    await client.listItems({ pk, limit: 1 }, { signal });
  } catch (cause) {
    if (signal.aborted || isProblemError(cause)) return;
    const regions = client.regions().map(({ region, endpoint: url }) => `${region} at ${url}`);
    throw new CommandError(
      `Cannot probe ${target}: nothing answers (${regions.join(', ')}), at least one region is needed. Start the twin with npm start, or name the outputs of another platform with --target.`,
      { cause },
    );
  }
}

interface Probing {
  readonly client: PlatformClient;
  /** Asks regions by name; null where none can be asked so. */
  readonly lagClient: PlatformClient | null;
  readonly output: ReturnType<typeof openOutput>;
  readonly pk: string;
  readonly stop: AbortController;
}

async function probe(
  options: ProbeOptions & { readonly endpoint: EndpointMode },
  probing: Probing,
): Promise<void> {
  const { rate, writeShare, intervalMs, json, endpoint } = options;
  const { client, output, stop } = probing;
  const { signal } = stop;
  const spanMs = json ? intervalMs : Math.max(SPAN_MS_MIN, intervalMs);
  const lag = lagOf(probing);
  const nowMs = () => performance.now();
  const figures = new ProbeFigures({ client, endpoint, lag: lag.sightings, spanMsMax: spanMs, nowMs });
  if (options.durationMs !== undefined) endAfter(options.durationMs, stop);
  const load = sendLoad({ client, rate, writeShare, pk: probing.pk, signal, random: Math.random });
  const show = () => output.show(figures.latest(spanMs), figures.whole());
  await showUntilEnd(intervalMs, { signal, show });
  await Promise.all([load, lag.ended]);
  figures.close();
  const summary = figures.whole();
  output.end(summary);
  if (summary.failed === 0) return;
  throw new CommandError(
    `Cannot call the platform sound: ${summary.failed} of ${summary.calls} calls failed, none may; the latest was ${figures.latestFailure}. npm run doctor says how the platform stands.`,
  );
}

function lagOf({ client, lagClient, pk, stop }: Probing): LagWatch {
  if (lagClient === null) return { sightings: () => [], ended: Promise.resolve() };
  const regions = () => regionsInReach(client, lagClient);
  return watchLag({ client: lagClient, pk, signal: stop.signal, regions });
}

/** Who is down need not be asked how late writes arrive: the client finds out when it is back. */
function regionsInReach(client: PlatformClient, lagClient: PlatformClient): readonly string[] {
  const isAvoided = (region: string) =>
    client
      .regions()
      .some((view) => view.region === region && view.state !== 'closed' && view.state !== 'evacuated');
  return lagClient.regions().flatMap(({ region }) => (isAvoided(region) ? [] : region));
}

function endAfter(durationMs: number, stop: AbortController): void {
  const timer = setTimeout(() => stop.abort(), durationMs);
  stop.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
}

async function showUntilEnd(
  intervalMs: number,
  { signal, show }: { signal: AbortSignal; show: () => void },
): Promise<void> {
  let dueAtMs = performance.now();
  for (;;) {
    dueAtMs = Math.max(dueAtMs + intervalMs, performance.now());
    await pause(dueAtMs - performance.now(), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    show();
  }
}
