import { createCustomResources } from '../custom-resources/create-custom-resources.ts';
import { withDeferred, withKnown } from '../custom-resources/deferred-value.ts';
import type { Replica } from '../dynamodb/replica.ts';
import { startReplica } from '../dynamodb/start-replica.ts';
import type { ChangeReader } from '../dynamodb/streams/change-reader.ts';
import { EventSourceMappings } from '../event-sources/event-source-mappings.ts';
import { InjectedFaults } from '../http-api/injected-faults.ts';
import { type HttpApi, startHttpApi } from '../http-api/start-http-api.ts';
import type { LogSink } from '../log-entry.ts';
import { Schedules } from '../schedules/schedules.ts';
import { seededRandom } from '../seeded-random.ts';
import { FunctionPools } from './function-pools.ts';
import { openRegionLog } from './region-log.ts';
import {
  type LinkSettings,
  type RegionCode,
  type RegionConfig,
  type RegionFaults,
  type RegionReport,
  regionCode,
} from './region-messages.ts';

/** A region that runs: its API answers, its replica replicates. */
export interface Region {
  report(): RegionReport;
  setLink(to: string, settings: LinkSettings): void;
  /** Sets how far the clock is off by which writes are stamped and that functions see, in milliseconds. */
  setClockOffset(offsetMs: number): void;
  /** Sets what is wrong with the region, from the next request on. */
  setFaults(faults: RegionFaults): void;
  /**
   * Puts new code, routes and mappings in place; what runs finishes on the old.
   *
   * @throws {EventSourceMappingError} when a mapping names a stream that this region does not have
   */
  swap(code: RegionCode): Promise<void>;
  /** Answers what is in flight, then ends everything. */
  close(): Promise<void>;
}

/**
 * Runs one region in this process: the DynamoDB replica first, then the functions that use it, the custom resources
 * that functions provide, the event source mappings, then the API in front of them, so that the API never answers
 * before what it stands on. Schedules come last: what they run may ask the API.
 *
 * @param onStorage told when writes begin to fail as their files cannot be written, and with nothing when they no longer do
 * @throws {Error} of the part that could not start; the process is expected to end then
 */
export async function runRegion(
  config: RegionConfig,
  onStorage: (failure: string | null) => void,
): Promise<Region> {
  const log = openRegionLog(config.dataDir);
  const replica = await startRegionReplica(config, { log: log.sink, onStorage });
  const functions = new FunctionPools(config, { log: log.sink, dynamodbUrl: replica.url });
  const invoke = functions.invoke.bind(functions);
  const values = await createCustomResources(config.customResources, {
    invoke,
    onValues: (known) => functions.swap(withKnown(config.functions, known)),
    logFile: `${config.dataDir}/log.jsonl`,
  });
  const code = withDeferred(regionCode(config), values);
  const { httpApis } = code;
  functions.swap(code.functions);
  const mappings = startMappings(config, { functions, reader: replica.changes, log: log.sink });
  await mappings.apply(code.eventSourceMappings);
  const faults = new InjectedFaults(
    config.faults,
    seededRandom(config.seed, `${config.region} http-api faults`),
  );
  const api = await startApi({ ...config, httpApis }, { functions, faults, log: log.sink });
  const schedules = createSchedules(config, { functions, log: log.sink });
  await schedules.apply(code.schedules);
  return {
    report: () => ({
      links: replica.links(),
      functions: functions.report(),
      eventSourceMappings: mappings.report(),
      schedules: schedules.report(),
      queues: mappings.queues(),
      requests: requestsOf(api),
      faults: { ...faults.report(), ...replica.throttle() },
    }),
    setLink: (to, settings) => replica.setLink(to, settings),
    setClockOffset(offsetMs) {
      replica.setClockOffset(offsetMs);
      functions.setClockOffset(offsetMs);
    },
    setFaults(next) {
      faults.set(next);
      replica.setThrottleShare(next.throttleShare);
    },
    async swap(code) {
      const next = withDeferred(regionCode(code), values);
      functions.swap(next.functions);
      await Promise.all([mappings.apply(next.eventSourceMappings), schedules.apply(next.schedules)]);
      const [definition] = next.httpApis;
      if (definition !== undefined) api?.swap(definition);
    },
    async close() {
      await Promise.all([api?.close(), mappings.close(), schedules.close()]);
      await functions.close();
      await replica.close();
      log.close();
    },
  };
}

function startRegionReplica(
  config: RegionConfig,
  told: { readonly log: LogSink; readonly onStorage: (failure: string | null) => void },
): Promise<Replica> {
  const { region, accountId, tables, peers, clusterToken, lagMs, seed, links, clockOffsetMs } = config;
  return startReplica({
    region,
    accountId,
    tables,
    peers,
    clusterToken,
    lagMs,
    seed,
    links,
    clockOffsetMs,
    ...told,
    listen: config.dynamodbListen,
    throttleShare: config.faults.throttleShare,
    engineUrl: config.engine.url,
    dataDir: `${config.dataDir}/replica`,
    clock: Date.now,
  });
}

function startMappings(
  { region, dataDir }: RegionConfig,
  { functions, reader, log }: { functions: FunctionPools; reader: ChangeReader; log: LogSink },
): EventSourceMappings {
  return new EventSourceMappings({
    region,
    dataDir,
    reader,
    clock: Date.now,
    // Nobody waits for a mapping's invocation, so nothing cuts it short but the function's own timeout.
    invoke: (functionName, event) => functions.invoke(functionName, event, {}),
    say: (message) => log({ region, source: 'twin/lambda', timeMs: Date.now(), message }),
  });
}

function createSchedules(
  { region, accountId, timeScale }: RegionConfig,
  { functions, log }: { functions: FunctionPools; log: LogSink },
): Schedules {
  return new Schedules({
    region,
    accountId,
    timeScale,
    clock: Date.now,
    invoke: (functionName, event) => functions.invoke(functionName, event, {}),
    say: (message) => log({ region, source: 'twin/events', timeMs: Date.now(), message }),
  });
}

/**
 * Serves the region's HTTP API, when its templates have one. A second one would have no port of its own in a
 * twin, so the definition is refused instead of being served in part.
 */
async function startApi(
  { region, accountId, httpApis, apiListen, allowedOrigins, frontOrigins, credentials }: RegionConfig,
  { functions, faults, log }: { functions: FunctionPools; faults: InjectedFaults; log: LogSink },
): Promise<HttpApi | undefined> {
  const [definition, ...others] = httpApis;
  if (others.length > 0) {
    const names = httpApis.map(({ apiName }) => apiName).join(', ');
    throw new Error(
      `Cannot run region ${region}: its templates hold ${httpApis.length} HTTP APIs (${names}), the twin serves one a region. ` +
        'Put the routes of the others into the first.',
    );
  }
  if (definition === undefined) return undefined;
  return startHttpApi({
    definition,
    region,
    accountId,
    credentials,
    allowedOrigins,
    frontOrigins,
    listen: apiListen,
    faults,
    invoke: (functionName, event, options) => functions.invoke(functionName, event, options),
    log,
  });
}

function requestsOf(api: HttpApi | undefined): RegionReport['requests'] {
  const { requests, clientErrors, serverErrors } = api?.stats() ?? {
    requests: 0,
    clientErrors: 0,
    serverErrors: 0,
  };
  return { total: requests, clientErrors, serverErrors };
}
