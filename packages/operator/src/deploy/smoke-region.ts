import { randomUUID } from 'node:crypto';
import { CommandError, poll } from '@gsp/cli-kit';
import {
  encodePathKey,
  headerNames,
  itemSchema,
  problemSchema,
  writeResponseSchema,
} from '@gsp/platform/contract';
import * as z from 'zod/mini';
import { type ApiAnswer, type ApiRequest, askApi, reasonOf } from './ask-api.ts';
import { type RegionApi, unhealthyReasonIn } from './region-api.ts';

/** Items of a smoke test are gone by themselves. */
export const SMOKE_TTL_SECONDS = 300;

/** Partition of what is written to try a deployment. */
export const SMOKE_PK = 'deploy-smoke';

/** Headers that every answer has, and what must be in them: OWASP's for an API that answers with data. */
const SECURITY_HEADERS: Readonly<Record<string, RegExp>> = {
  'strict-transport-security': /max-age=\d{7,}/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^no-referrer$/,
  'content-security-policy': /default-src 'none'/,
  'cache-control': /no-store/,
};

/** How a region is tried. */
interface SmokeOptions {
  /** What `/health/live` has to tell. */
  readonly revision: string;
  readonly signal: AbortSignal;
  /** How long a check may go on failing: a new API answers after some seconds. @default 60000 */
  readonly withinMs?: number;
  /** @default 1000 */
  readonly pauseMs?: number;
}

/** What a check found wrong; null where nothing is. */
type Verdict = string | null;

/** One pass over everything that a region has to do, through its own endpoint. */
interface SmokeRun extends RegionApi {
  readonly revision: string;
  readonly signal: AbortSignal;
  readonly idempotencyKey: string;
  /** Sort key of the item that was written. */
  sk: string | null;
  /** Every answer of the pass, for what must hold of each. */
  readonly answers: ApiAnswer[];
  /** Those of them that came from the region's own endpoint. */
  readonly regional: ApiAnswer[];
}

const CHECKS: readonly { check: SmokeAnswer['check']; run: (run: SmokeRun) => Promise<Verdict> }[] = [
  { check: 'health', run: checkHealth },
  { check: 'live', run: checkLive },
  { check: 'door', run: checkDoor },
  { check: 'write', run: checkWrite },
  { check: 'read', run: checkRead },
  { check: 'problem', run: checkProblem },
  { check: 'headers', run: async ({ answers }) => checkSecurityHeaders(answers) },
  { check: 'region', run: async ({ regional, region }) => checkRegion(regional, region) },
];

/**
 * Tries a region that was just deployed: health, liveness with the revision, a write and its read, a problem where
 * there is no route, security headers and the region's name on every answer. All of it is repeated until it holds or
 * its time is over.
 *
 * Where the edge is the only way in, the region itself has to refuse traffic, and write, read and unknown route go through
 * the edge: whichever region answers, they prove the way there.
 *
 * @throws {SmokeError} with what each check found last
 * @throws the signal's reason, where it aborts
 */
export async function smokeRegion(api: RegionApi, options: SmokeOptions): Promise<readonly SmokeAnswer[]> {
  const { revision, signal, withinMs = 60_000, pauseMs = 1_000 } = options;
  // One key for all passes: however often it is repeated, it is one write.
  const idempotencyKey = randomUUID();
  let answers: readonly SmokeAnswer[] = [];
  return poll(
    async () => {
      answers = await pass({
        ...api,
        revision,
        signal,
        idempotencyKey,
        sk: null,
        answers: [],
        regional: [],
      });
      return answers.every(({ isGood }) => isGood) ? answers : undefined;
    },
    {
      intervalMs: pauseMs,
      timeoutMs: withinMs,
      signal,
      timedOut: () => smokeError(api, { answers, withinMs }),
    },
  );
}

async function pass(run: SmokeRun): Promise<SmokeAnswer[]> {
  const answers: SmokeAnswer[] = [];
  for (const { check, run: examine } of CHECKS) {
    if (check === 'door' && run.edge === undefined) continue;
    const startedAtMs = performance.now();
    const verdict = await examine(run).catch((error: unknown) => reasonOf(error));
    const durationMs = Math.round(performance.now() - startedAtMs);
    answers.push({ check, isGood: verdict === null, detail: verdict ?? 'as it must be', durationMs });
  }
  return answers;
}

type SmokeRequest = Omit<ApiRequest, 'endpoint' | 'signal'>;

/** Asks the region itself. */
async function ask(run: SmokeRun, request: SmokeRequest): Promise<ApiAnswer> {
  const answer = await askApi({ endpoint: run.endpoint, signal: run.signal, ...request });
  run.answers.push(answer);
  run.regional.push(answer);
  return answer;
}

/** Asks the way that traffic goes. */
async function askAsTraffic(run: SmokeRun, request: SmokeRequest): Promise<ApiAnswer> {
  if (run.edge === undefined) return ask(run, request);
  const answer = await askApi({ endpoint: run.edge, signal: run.signal, ...request });
  run.answers.push(answer);
  return answer;
}

async function checkHealth(run: SmokeRun): Promise<Verdict> {
  const answer = await ask(run, { method: 'GET', path: '/health' });
  const reason = unhealthyReasonIn(answer);
  return reason === null ? null : `GET /health: ${reason}, 200 is needed`;
}

async function checkLive(run: SmokeRun): Promise<Verdict> {
  const answer = await ask(run, { method: 'GET', path: '/health/live' });
  const revision = member(answer.json, 'revision');
  if (answer.status === 200 && revision === run.revision) return null;
  return `GET /health/live: ${answer.status} with revision ${String(revision ?? 'none')}, 200 with ${run.revision} is needed`;
}

/** A region that answers traffic directly would let it pass by what stands at the edge. */
async function checkDoor(run: SmokeRun): Promise<Verdict> {
  const answer = await ask(run, { method: 'GET', path: '/openapi.json' });
  const isRefused = answer.status === 403 && actionableProblemSchema.safeParse(answer.json).success;
  return isRefused
    ? null
    : `GET /openapi.json without the edge: ${answer.status}, 403 with a problem is needed`;
}

async function checkWrite(run: SmokeRun): Promise<Verdict> {
  const answer = await askAsTraffic(run, {
    method: 'POST',
    path: '/write',
    headers: { [headerNames.idempotencyKey]: run.idempotencyKey },
    body: { pk: SMOKE_PK, data: { revision: run.revision }, ttlSeconds: SMOKE_TTL_SECONDS },
  });
  const written = answer.status === 200 ? writtenSchema.safeParse(answer.json) : undefined;
  if (!written?.success) return `POST /write: ${told(answer)}, 200 with the item is needed`;
  run.sk = written.data.item.sk;
  return null;
}

async function checkRead(run: SmokeRun): Promise<Verdict> {
  if (run.sk === null) return 'nothing was written, so nothing can be read';
  const path = `/items/${SMOKE_PK}/${encodePathKey(run.sk)}`;
  const answer = await askAsTraffic(run, { method: 'GET', path });
  const read = answer.status === 200 ? readSchema.safeParse(answer.json) : undefined;
  if (!read?.success) return `GET ${path}: ${told(answer)}, 200 with the item is needed`;
  const found = member(read.data.item.data, 'revision');
  return found === run.revision ? null : `GET ${path}: other data than was written`;
}

async function checkProblem(run: SmokeRun): Promise<Verdict> {
  const path = `/no-such-route-${run.idempotencyKey}`;
  const answer = await askAsTraffic(run, { method: 'GET', path });
  const type = answer.headers.get('content-type') ?? 'none';
  const isProblem =
    type.startsWith('application/problem+json') && actionableProblemSchema.safeParse(answer.json).success;
  if (answer.status === 404 && isProblem) return null;
  return `GET of an unknown route: ${answer.status} of type ${type}, a 404 of application/problem+json (RFC 9457) is needed`;
}

function checkSecurityHeaders(answers: readonly ApiAnswer[]): Verdict {
  const missing = Object.entries(SECURITY_HEADERS).filter(([name, needed]) =>
    answers.some(({ headers }) => !needed.test(headers.get(name) ?? '')),
  );
  if (answers.length > 0 && missing.length === 0) return null;
  return answers.length === 0
    ? 'there was no answer to look at'
    : `missing, or not strict enough on an answer: ${missing.map(([name]) => name).join(', ')}`;
}

function checkRegion(answers: readonly ApiAnswer[], region: string): Verdict {
  const others = answers
    .map(({ headers }) => headers.get(headerNames.region))
    .filter((name) => name !== region);
  if (answers.length > 0 && others.length === 0) return null;
  return answers.length === 0
    ? 'there was no answer to look at'
    : `${headerNames.region}: ${others[0] ?? 'absent'}, ${region} is needed`;
}

function told({ status, text }: ApiAnswer): string {
  return text === '' ? String(status) : `${status} ${text.slice(0, 200)}`;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function smokeError(
  { region }: RegionApi,
  { answers, withinMs }: { answers: readonly SmokeAnswer[]; withinMs: number },
): SmokeError {
  const failed = answers.filter(({ isGood }) => !isGood);
  const details = failed.map(({ check, detail }) => `${check} (${detail})`).join('; ');
  return new SmokeError(
    `Cannot call ${region} good: after ${Math.round(withinMs / 1_000)} s its smoke test still fails at ${details}. ` +
      'Look at its log group, then deploy again.',
    { answers },
  );
}

/** A region that was deployed and does not do what it must. The message names what failed. */
export class SmokeError extends CommandError {
  override readonly name = 'SmokeError';
  /** What every check found; empty where it was no smoke test that failed. */
  readonly answers: readonly SmokeAnswer[];

  constructor(
    message: string,
    { answers = [], ...options }: ErrorOptions & { readonly answers?: readonly SmokeAnswer[] } = {},
  ) {
    super(message, options);
    this.answers = answers;
  }
}

/** What one check of a smoke test found. */
export interface SmokeAnswer {
  readonly check: 'health' | 'live' | 'door' | 'write' | 'read' | 'headers' | 'problem' | 'region';
  readonly isGood: boolean;
  /** What was answered, and what would have been right. */
  readonly detail: string;
  /** Of the last attempt, in milliseconds. */
  readonly durationMs: number;
}

// Picked from the contract, and no more of it than is acted on: a region may run another revision of it, to which it
// was just rolled back.
const item = z.pick(itemSchema, { pk: true, sk: true, region: true, data: true });

/** What has to be in the answer to a write for it to count as one. */
export const writtenSchema = z.extend(writeResponseSchema, { item });

/** What has to be in the answer to a read. */
const readSchema = z.object({ item });

/** What has to be in a problem: RFC 9457's members, and what callers of this API act on. */
const actionableProblemSchema = z.pick(problemSchema, {
  type: true,
  title: true,
  status: true,
  detail: true,
  retryable: true,
});
