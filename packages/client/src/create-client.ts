import { v7 as uuidV7 } from 'uuid';
import { beginCall, type CallEngine } from './call.ts';
import { answered, failureEvent, successEvent } from './call-result.ts';
import { type CallScope, createCallScope } from './call-scope.ts';
import { carryOut } from './carry-out.ts';
import { type ClientEvents, createEventEmitter } from './client-events.ts';
import { type ClientOptions, checkedTimeoutMs } from './client-options.ts';
import { systemClock } from './clock.ts';
import { type OperationRequest, operationRequests } from './operation-requests.ts';
import type { Answered, PlatformClient, WriteOptions } from './platform-client.ts';
import { createRegionDirectory } from './region-directory.ts';
import { createRetryBudget } from './retry-budget.ts';
import { createSession } from './session.ts';
import { withToken } from './with-token.ts';

/**
 * Makes a client over any transport. Most programs want `createPlatformClient`, which reads the regions from
 * `amplify_outputs.json`.
 *
 * @throws {RangeError} for times and budgets that cannot be kept, and when there is no region
 *
 * @example
 * ```ts
 * import { createClient, fetchTransport } from '@gsp/client/fetch';
 *
 * const client = createClient({
 *   regions: [
 *     { region: 'eu-west-1', apiName: 'west', endpoint: 'http://127.0.0.1:4011' },
 *     { region: 'eu-central-1', apiName: 'central', endpoint: 'http://127.0.0.1:4012' },
 *   ],
 *   transport: fetchTransport,
 * });
 * const { item, answer } = await client.writeItem({ data: { message: 'hello' } });
 * console.log(item.sk, 'written in', answer.region);
 * client.close();
 * ```
 */
export function createClient(options: ClientOptions): PlatformClient {
  const { newId = uuidV7, session = createSession(), token } = options;
  const timeoutMs = checkedTimeoutMs('timeoutMs', options.timeoutMs ?? 5_000);
  const engine = createEngine(options);
  const scopes = new Set<CallScope>();
  let calls = 0;
  let isClosed = false;

  function openScope({ signal, timeoutMs: ownMs }: WriteOptions): CallScope {
    const callMs = ownMs === undefined ? timeoutMs : checkedTimeoutMs('timeoutMs', ownMs);
    const scope = createCallScope({ clock: engine.clock, timeoutMs: callMs, signal });
    scopes.add(scope);
    return scope;
  }

  // Asynchronous from the start: whatever is wrong with the arguments rejects, as everything else does.
  async function run<T>(build: () => OperationRequest, callOptions: WriteOptions): Promise<Answered<T>> {
    if (isClosed) throw closedError();
    const request = build();
    let call = beginCall(engine, {
      number: ++calls,
      request,
      options: callOptions,
      session,
      newId,
      openScope: () => openScope(callOptions),
    });
    try {
      if (token !== undefined) call = await withToken(call, token);
      const result = answered(call, await carryOut(call));
      engine.events.emit('call', successEvent(call, result.answer));
      return result as Answered<T>;
    } catch (error) {
      engine.events.emit('call', failureEvent(call, error));
      throw error;
    } finally {
      call.scope.dispose();
      scopes.delete(call.scope);
    }
  }

  return {
    ...operationsOf(run),
    session,
    regions: () => engine.directory.views(),
    on: engine.events.on,
    close() {
      isClosed = true;
      for (const scope of [...scopes]) scope.abort(closedError());
      for (const attempt of [...engine.detached]) attempt.abandon();
    },
  };
}

type Run = <T>(build: () => OperationRequest, options: WriteOptions) => Promise<Answered<T>>;

function operationsOf(run: Run): Omit<PlatformClient, 'session' | 'regions' | 'on' | 'close'> {
  const { writeItem, getItem, listItems, putItem, deleteItem } = operationRequests;
  const { incrementCounter, getCounter, listConflicts } = operationRequests;
  return {
    writeItem: (write, options = {}) => run(() => writeItem(write, options), options),
    getItem: (key, options = {}) => run(() => getItem(key, options), options),
    listItems: (list, options = {}) => run(() => listItems(list, options), options),
    putItem: (put, options = {}) => run(() => putItem(put, options), options),
    deleteItem: (key, options = {}) => run(() => deleteItem(key, options), options),
    incrementCounter: (increment, options = {}) => run(() => incrementCounter(increment, options), options),
    getCounter: (counter, options = {}) => run(() => getCounter(counter, options), options),
    listConflicts: (list = {}, options = {}) => run(() => listConflicts(list, options), options),
  };
}

function createEngine({
  regions,
  transport,
  attemptTimeoutMs = 1_000,
  retryBudget = { ratio: 0.1, reserve: 100 },
  hedge = true,
  clock = systemClock,
  random = Math.random,
  newId,
}: ClientOptions): CallEngine {
  const report = (error: unknown) => console.error(error);
  let aheadMs = 0;
  const events = createEventEmitter<ClientEvents>(report);
  return {
    clock,
    random,
    transport,
    directory: createRegionDirectory({ regions, clock, random, notify: events.emit }),
    budget: createRetryBudget(retryBudget),
    hedgeBudget: createRetryBudget(hedgeShareOf(retryBudget)),
    events,
    report,
    endpoints: new Map(regions.map((each) => [each.region, each])),
    newKey: newId ?? (() => uuidV7(aheadMs === 0 ? undefined : { msecs: clock.nowMs() + aheadMs })),
    correctClock: (serverMs) => {
      aheadMs = serverMs - clock.nowMs();
    },
    attemptTimeoutMs: checkedTimeoutMs('attemptTimeoutMs', attemptTimeoutMs),
    detached: new Set(),
    isHedging: hedge,
  };
}

/**
 * What hedges may take of the retry budget. After the p95 they are some 5 in 100 reads; where latencies rise for everyone
 * they would be nearly all, and leave nothing for the calls whose region fails.
 */
function hedgeShareOf({ ratio, reserve }: { readonly ratio: number; readonly reserve: number }) {
  return { ratio: ratio / 2, reserve: Math.max(1, reserve / 10) };
}

function closedError(): DOMException {
  return new DOMException(
    'Cannot go on: the client is closed, an open one is needed. Make another',
    'AbortError',
  );
}
