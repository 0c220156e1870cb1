import { startReplica } from '../dynamodb/start-replica.ts';
import { type HttpApi, startHttpApi } from '../http-api/start-http-api.ts';
import type { LogSink } from '../log-entry.ts';
import { FunctionPools } from './function-pools.ts';
import { openRegionLog } from './region-log.ts';
import type { LinkSettings, RegionCode, RegionConfig, RegionReport } from './region-messages.ts';

/** A region that runs: its API answers, its replica replicates. */
export interface Region {
  report(): RegionReport;
  setLink(to: string, settings: LinkSettings): void;
  /** Puts new code and routes in place; what runs finishes on the old. */
  swap(code: RegionCode): void;
  /** Answers what is in flight, then ends everything. */
  close(): Promise<void>;
}

/**
 * Runs one region in this process: the DynamoDB replica first, then the functions that use it, then the API in
 * front of them, so that the API never answers before what it stands on.
 *
 * @throws {Error} of the part that could not start; the process is expected to end then
 */
export async function runRegion(config: RegionConfig): Promise<Region> {
  const log = openRegionLog(config.dataDir);
  const replica = await startReplica({
    region: config.region,
    accountId: config.accountId,
    tables: config.tables,
    listen: config.dynamodbListen,
    engineUrl: config.engine.url,
    dataDir: `${config.dataDir}/replica`,
    peers: config.peers,
    clusterToken: config.clusterToken,
    lagMs: config.lagMs,
    seed: config.seed,
    links: config.links,
    clock: Date.now,
    log: log.sink,
  });
  const functions = new FunctionPools(config, { log: log.sink, dynamodbUrl: replica.url });
  const api = await startApi(config, { functions, log: log.sink });
  return {
    report: () => ({
      links: replica.links(),
      functions: functions.report(),
      requests: requestsOf(api),
    }),
    setLink: (to, settings) => replica.setLink(to, settings),
    swap(code) {
      functions.swap(code.functions);
      const [definition] = code.httpApis;
      if (definition !== undefined) api?.swap(definition);
    },
    async close() {
      await api?.close();
      await functions.close();
      await replica.close();
      log.close();
    },
  };
}

/**
 * Serves the region's HTTP API, when its templates have one. A second one would have no port of its own in a
 * twin, so the definition is refused instead of being served in part.
 */
async function startApi(
  { region, accountId, httpApis, apiListen }: RegionConfig,
  { functions, log }: { functions: FunctionPools; log: LogSink },
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
    listen: apiListen,
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
