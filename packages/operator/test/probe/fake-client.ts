import {
  type AttemptEvent,
  type CallEvent,
  type CallOptions,
  type ClientEvents,
  type PlatformClient,
  ProblemError,
  type RegionView,
} from '@gsp/client/fetch';

export const [HOME, AWAY] = ['eu-west-1', 'eu-central-1'] as const;

/** A region as the client sees it while all is well, but for what is told. */
export function viewOf(region: string, changes: Partial<RegionView> = {}): RegionView {
  const isPreferred = region === HOME;
  const figures = { latencyMs: 10, p95Ms: null, reason: null };
  return { region, endpoint: `http://${region}`, state: 'closed', isPreferred, ...figures, ...changes };
}

export function attemptOf(changes: Partial<AttemptEvent> = {}): AttemptEvent {
  const when = { startedAtMs: 0, latencyMs: 10, status: 200 };
  return {
    call: 1,
    operation: 'getItem',
    region: HOME,
    kind: 'first',
    outcome: 'answered',
    ...when,
    ...changes,
  };
}

export function callOf(changes: Partial<CallEvent> = {}): CallEvent {
  const when = { startedAtMs: 0, latencyMs: 10, attempts: 1 };
  return { call: 1, operation: 'getItem', region: HOME, outcome: 'ok', ...when, ...changes };
}

/** A client whose regions share one table, into which writes of a peer come late; the test emits what it tells. */
export interface FakeClient extends PlatformClient {
  emit<Name extends keyof ClientEvents>(name: Name, event: ClientEvents[Name]): void;
  /** Methods that were called, with the regions they were pinned to. */
  readonly called: readonly string[];
  readonly isClosed: () => boolean;
}

/**
 * @param lagMs - after how long a write is seen by readers pinned to another region
 * @param fail - what every call rejects with, if anything
 */
export function fakeClient({
  lagMs = 0,
  fail = () => undefined,
  views = () => [viewOf(HOME), viewOf(AWAY)],
}: {
  lagMs?: number;
  fail?: (operation: string) => Error | undefined;
  views?: () => readonly RegionView[];
} = {}): FakeClient {
  const listeners = new Map<string, Set<(event: never) => void>>();
  const written = new Map<string, { readonly region: string; readonly atMs: number }>();
  const called: string[] = [];
  let calls = 0;
  let isClosed = false;
  const emit: FakeClient['emit'] = (name, event) => {
    for (const listener of listeners.get(name) ?? []) listener(event as never);
  };
  const answerOf = (region: string) => ({
    answer: { region, attempts: 1, latencyMs: 1, correlationId: 'c', etag: null, replayed: false },
  });
  const item = { createdAt: '', updatedAt: '', ttl: 0, region: HOME, version: { [HOME]: 1 } };
  async function call<T>(operation: CallEvent['operation'], { region = HOME }: CallOptions, work: () => T) {
    called.push(`${operation} ${region}`);
    calls += 1;
    const event = { call: calls, operation, region };
    try {
      const failure = fail(operation);
      if (failure !== undefined) throw failure;
      const result = work();
      emit('attempt', attemptOf(event));
      emit('call', callOf(event));
      return { ...result, ...answerOf(region) };
    } catch (error) {
      emit('call', callOf({ ...event, region: null, outcome: 'failed', reason: (error as Error).name }));
      throw error;
    }
  }
  const notNeeded = () => Promise.reject(new Error('a probe does not ask for this'));
  return {
    writeItem: ({ pk = 'demo' }, options = {}) =>
      call('writeItem', options, () => {
        const sk = `item-${written.size}`;
        written.set(`${pk}/${sk}`, { region: options.region ?? HOME, atMs: performance.now() });
        return { item: { ...item, pk, sk } };
      }),
    getItem: ({ pk, sk }, options = {}) =>
      call('getItem', options, () => {
        const write = written.get(`${pk}/${sk}`);
        const isHere = write?.region === (options.region ?? HOME);
        if (write === undefined || (!isHere && performance.now() - write.atMs < lagMs)) throw notFound();
        return { item: { ...item, pk, sk } };
      }),
    listItems: (_, options = {}) => call('listItems', options, () => ({ items: [] })),
    putItem: notNeeded,
    patchItem: notNeeded,
    deleteItem: notNeeded,
    incrementCounter: notNeeded,
    getCounter: notNeeded,
    listConflicts: notNeeded,
    acknowledgeConflict: notNeeded,
    session: { token: undefined, note: () => undefined },
    regions: views,
    on: (name, listener) => {
      const others = listeners.get(name) ?? new Set();
      listeners.set(name, others.add(listener));
      return () => others.delete(listener);
    },
    close: () => {
      isClosed = true;
    },
    emit,
    called,
    isClosed: () => isClosed,
  };
}

function notFound(): ProblemError {
  return new ProblemError({
    ...{ code: 'item-not-found', status: 404, detail: 'Cannot read the item: it is not there', region: AWAY },
    ...{ correlationId: 'c', retryable: false, problem: undefined, remedy: 'Wait.' },
  });
}
