import { type Definitions, limits } from '@gsp/platform/contract';
import type { StageTarget } from '../cloud/stage-target.ts';
import { ANSWER_BYTES, DAYS_PER_MONTH, GB, LOG_BYTES, RECORD_BYTES } from './assumptions.ts';
import { type Bill, calculateBill, type Quantities, type RegionUse } from './calculate-bill.ts';
import { type CalledRoute, calledRoutes } from './called-routes.ts';
import { callUse } from './request-use.ts';

/** What of a stage decides what its worst day costs. */
export type LimitedStage = Pick<StageTarget, 'regions' | 'settings'> & {
  /** What a team has defined. @default - nothing */
  readonly definitions?: Definitions;
};

const SECONDS_PER_DAY = 86_400;

/** What one request may hold its function of 512 MB for: a page of a hundred items, or a write that is overtaken. */
const CALL = { durationMs: 100, memoryMb: 512 } as const;

/** Attempts of one write where others of its region get in the way each time, as the platform's domain bounds them. */
const WRITE_ATTEMPTS_MAX = 8;

/** What an item is larger by than its body: keys, history, remembered outcomes. */
const ITEM_OVERHEAD_BYTES = 2_048;

/** One page of the conflict log, 1 MB read consistently, which a session or a late key may have to be looked for in. */
const LOG_PAGE_UNITS = 256;

/** Reads of the table for one page of a list, as the platform bounds them. */
const READS_PER_PAGE = { items: 10, conflicts: 25 } as const;

/** What the record of a key is written for, beside the item. */
const KEY_UNITS = 1;

/** Writes of an index for one of an item: where its key changes, the entry moves. */
const INDEX_WRITES = 2;

/** What HTTP APIs meter a request by. */
const METERED_BYTES: number = 512 * 1_024;

/** What one request of a route takes at most. */
interface RouteUse {
  readonly readUnits?: number;
  /** Of one attempt. */
  readonly writeUnits?: number;
  /** Bytes of the item that is written, in every region. */
  readonly itemBytes?: number;
  /** @default {@link ANSWER_BYTES} */
  readonly answerBytes?: number;
}

/** By route, for items of that size. A conflict holds an item whole, and names the one that overwrote it. */
function routeUses(itemBytes: number, regions: number): Readonly<Record<CalledRoute['like'], RouteUse>> {
  const writeUnits = Math.ceil(itemBytes / 1_024) + KEY_UNITS;
  const readUnits = Math.ceil(itemBytes / 4_096) + LOG_PAGE_UNITS;
  const answerBytes = itemBytes + ANSWER_BYTES;
  const write = { readUnits: readUnits * WRITE_ATTEMPTS_MAX, writeUnits, itemBytes, answerBytes };
  const page = (reads: number): RouteUse => ({
    readUnits: (reads * limits.listLimitMax * itemBytes) / 8_192,
    answerBytes: Math.min(limits.listLimitMax * answerBytes, limits.pageBytesMax),
  });
  const canary = { readUnits: 1.5 };
  return {
    ...{ getHealth: canary, probe: canary, getLiveness: {}, getEvacuation: { readUnits: 0.5 }, default: {} },
    ...{ listEvacuations: { readUnits: 10 }, evacuateRegion: { readUnits: 10, writeUnits: 4 } },
    ...{ restoreRegion: { readUnits: 10, writeUnits: 4 }, getReplication: { readUnits: regions } },
    ...{
      writeItem: write,
      putItem: write,
      patchItem: write,
      deleteItem: write,
      getItem: { readUnits, answerBytes },
    },
    ...{ listItems: page(READS_PER_PAGE.items), listConflicts: page(READS_PER_PAGE.conflicts) },
    acknowledgeConflict: { writeUnits: Math.ceil(itemBytes / 1_024), itemBytes },
    // A transaction writes each of two records twice.
    ...{ incrementCounter: { writeUnits: 4, itemBytes: RECORD_BYTES }, getCounter: { readUnits: regions } },
    getOpenApi: { answerBytes: limits.openApiBytesMax },
  };
}

/**
 * What a day costs on which each of these routes is called at its limit from morning to night, in every region, with the
 * largest items and pages, and every write fights others: an upper bound of what strangers can make a stage cost, beside what
 * it costs idle. Tables end at their own limits. API Gateway does not bill what it refuses.
 *
 * Not bounded here, as nothing bounds it: lines of the access log for what is refused, and requests at CloudFront.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html - limits are targets, not ceilings
 */
export function worstDay(
  stage: LimitedStage,
  routes: readonly CalledRoute[] = calledRoutes(stage.definitions),
): Bill {
  const asked = routes.map((route) => askedPerDay(stage, route));
  const sum = (of: (each: (typeof asked)[number]) => number) =>
    asked.reduce((all, each) => all + of(each), 0);
  const uses = stage.regions.flatMap((region): RegionUse[] =>
    [requestQuantities(stage, sum), tableQuantities(stage, sum)].map((quantities) => ({
      region,
      quantities,
    })),
  );
  return calculateBill(uses);
}

/** Requests that a region lets through in a second, over all routes. */
export function requestsPerSecond({
  settings,
  definitions,
}: Pick<LimitedStage, 'settings' | 'definitions'>): number {
  return calledRoutes(definitions).reduce((sum, { bucket }) => sum + settings.throttle[bucket].rateLimit, 0);
}

/** How often a route is called in a day, and what that takes. */
function askedPerDay({ regions, settings }: LimitedStage, route: CalledRoute) {
  const { like, method, bucket, indexes = 0, isMerged = false } = route;
  const { rateLimit, burstLimit } = settings.throttle[bucket];
  const calls = rateLimit * SECONDS_PER_DAY + burstLimit;
  const itemBytes = settings.http.bodyLimitBytes + ITEM_OVERHEAD_BYTES;
  const use = routeUses(itemBytes, regions.length)[like];
  const indexUnits = use.writeUnits === undefined ? 0 : indexes * INDEX_WRITES * Math.ceil(itemBytes / 1_024);
  const answered = method === 'HEAD' ? ANSWER_BYTES : (use.answerBytes ?? ANSWER_BYTES);
  return {
    calls,
    metered: calls * Math.ceil(Math.max(answered, settings.http.bodyLimitBytes) / METERED_BYTES),
    answeredBytes: calls * answered,
    readUnits: calls * (use.readUnits ?? 0),
    writeUnits: calls * (use.writeUnits ?? 0),
    writes: use.writeUnits === undefined ? 0 : calls,
    mergeUnits: isMerged ? calls * (use.writeUnits ?? 0) : 0,
    indexUnits: calls * indexUnits * (isMerged ? 2 : 1),
    writtenBytes: calls * (use.itemBytes ?? 0),
    indexBytes: calls * (use.itemBytes ?? 0) * indexes,
  };
}

type Sum = (of: (each: ReturnType<typeof askedPerDay>) => number) => number;

function requestQuantities({ regions, settings }: LimitedStage, sum: Sum): Quantities {
  const { cloudFront } = settings.edge;
  const calls = sum((each) => each.calls);
  const answeredGb = sum((each) => each.answeredBytes) / GB;
  const logBytes = LOG_BYTES.access + LOG_BYTES.lambda + LOG_BYTES.line;
  // What other regions write, the consumer of the stream looks at: it may be a conflict.
  const consumed = sum((each) => each.writes) * (regions.length - 1);
  const logRetentionDays = settings.logs.retentionDays;
  return {
    ...callUse({ ...CALL, calls: calls + consumed, logBytes, logRetentionDays }),
    httpApiRequests: sum((each) => each.metered),
    ...(cloudFront ? { edgeRequests: calls, edgeGb: answeredGb } : { internetGb: answeredGb }),
  };
}

/**
 * In one region: its own writes, each as often as it may be attempted, the others' once, and a conflict of each, with the
 * merge of it where there is one. Indexes are written in every region by what was kept there.
 */
function tableQuantities({ regions, settings: { table } }: LimitedStage, sum: Sum): Quantities {
  const peers = regions.length - 1;
  const written = sum((each) => each.writeUnits);
  const writtenGb = sum((each) => each.writtenBytes) / GB;
  const indexedGb = sum((each) => each.indexBytes) / GB;
  const followed = sum((each) => each.mergeUnits + each.indexUnits) * regions.length;
  const wanted = {
    read: sum((each) => each.readUnits),
    write: written * (WRITE_ATTEMPTS_MAX + 3 * peers) + followed,
  };
  return {
    readUnits: Math.min(wanted.read, table.maxReadRequestUnits * SECONDS_PER_DAY),
    writeUnits: Math.min(wanted.write, table.maxWriteRequestUnits * SECONDS_PER_DAY),
    // Until the end of the day; what its writers asked to live longer is paid for until then.
    storageGb: ((writtenGb + indexedGb) * regions.length) / 2 / DAYS_PER_MONTH,
    interRegionGb: writtenGb * peers,
  };
}
