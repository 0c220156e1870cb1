import type { Entities, OwnRoutes } from '@gsp/platform/contract';
import { v7 as uuidV7 } from 'uuid';
import { beginCall, type CallEngine } from './call.ts';
import { answered, failureEvent, successEvent } from './call-result.ts';
import { type CallScope, createCallScope } from './call-scope.ts';
import { carryOut } from './carry-out.ts';
import type { Client } from './client.ts';
import { type ClientEvents, createEventEmitter } from './client-events.ts';
import { type ClientBehaviour, type ClientOptions, checkedTimeoutMs } from './client-options.ts';
import { systemClock } from './clock.ts';
import { type Run, withDefinitions } from './defined-calls.ts';
import type { OperationRequest } from './operation-request.ts';
import { operationRequests } from './operation-requests.ts';
import { endpointsOf } from './parse-outputs.ts';
import type { Answered, PlatformClient, WriteOptions } from './platform-client.ts';
import { readDefinitions } from './read-definitions.ts';
import type { RegionEndpoint } from './region.ts';
import { createRegionDirectory } from './region-directory.ts';
import { createRetryBudget } from './retry-budget.ts';
import { createSession } from './session.ts';
import type { Transport } from './transport.ts';
import { withToken } from './with-token.ts';

/** Chooses how requests travel where the program does not. */
export type DefaultTransport = (regions: readonly RegionEndpoint[]) => Transport;

/**
 * Makes a client out of what either entry of the package takes.
 *
 * @throws {InvalidOutputsError} when the outputs lack what the client needs, or rule out the `endpoint`; the message names it
 * @throws {RangeError} for times and budgets that cannot be kept, and when there is no region
 */
export function assembleClient<All extends Entities, Routes extends OwnRoutes>(
  options: ClientOptions,
  transportFor: DefaultTransport,
): Client<All, Routes> {
  const { newId = uuidV7, session = createSession(), token, outputs } = options;
  const timeoutMs = checkedTimeoutMs('timeoutMs', options.timeoutMs ?? 5_000);
  const regions = options.regions ?? endpointsOf(outputs, options.endpoint);
  const transport = options.transport ?? transportFor(regions);
  const engine = createEngine(options, { regions, transport });
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
  const run: Run = async (build, callOptions) => {
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
      return result;
    } catch (error) {
      engine.events.emit('call', failureEvent(call, error));
      throw error;
    } finally {
      call.scope.dispose();
      scopes.delete(call.scope);
    }
  };

  const platform = {
    ...builtInCalls(run),
    session,
    regions: () => engine.directory.views(),
    on: engine.events.on,
    close() {
      isClosed = true;
      for (const scope of [...scopes]) scope.abort(closedError());
      for (const attempt of [...engine.detached]) attempt.abandon();
    },
  };
  return withDefinitions(platform, { definitions: readDefinitions(outputs), run }) as Client<All, Routes>;
}

function builtInCalls(run: Run): Omit<PlatformClient, 'session' | 'regions' | 'on' | 'close'> {
  const { writeItem, getItem, listItems, putItem, patchItem, deleteItem } = operationRequests;
  const { incrementCounter, getCounter, listConflicts, acknowledgeConflict } = operationRequests;
  const members = async <T>(build: () => OperationRequest, options: WriteOptions) => {
    const { body, answer } = await run(build, options);
    return { ...Object(body), answer } as Answered<T>;
  };
  return {
    writeItem: (write, options = {}) => members(() => writeItem(write, options), options),
    getItem: (key, options = {}) => members(() => getItem(key, options), options),
    listItems: (list, options = {}) => members(() => listItems(list, options), options),
    putItem: (put, options = {}) => members(() => putItem(put, options), options),
    patchItem: (patch, options = {}) => members(() => patchItem(patch, options), options),
    deleteItem: (key, options = {}) => members(() => deleteItem(key, options), options),
    incrementCounter: (increment, options = {}) =>
      members(() => incrementCounter(increment, options), options),
    getCounter: (counter, options = {}) => members(() => getCounter(counter, options), options),
    listConflicts: (list = {}, options = {}) => members(() => listConflicts(list, options), options),
    acknowledgeConflict: (conflict, options = {}) =>
      members(() => acknowledgeConflict(conflict, options), options),
  };
}

function createEngine(
  {
    attemptTimeoutMs = 1_000,
    retryBudget = { ratio: 0.1, reserve: 100 },
    hedge = true,
    clock = systemClock,
    random = Math.random,
    newId,
  }: ClientBehaviour,
  { regions, transport }: { readonly regions: readonly RegionEndpoint[]; readonly transport: Transport },
): CallEngine {
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
