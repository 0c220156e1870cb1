import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ExperimentKind, type FisClient, fisClient } from '@gsp/operator/fault-injection';

/** A request as FIS gets it. */
export interface FisCall {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly authorization: string;
}

/** What FIS answers instead of what it would: a fault, or a connection that breaks. */
export type FisFault = { readonly status: number; readonly code?: string; readonly text?: string } | 'lost';

/** How a {@link startFakeFis} behaves. */
export interface FakeFisBehaviour {
  /** @default - all of stage gsp-main */
  readonly offers?: readonly ExperimentKind[];
  /** Looks that find an experiment pending before it runs. @default 1 */
  readonly pendingLooks?: number;
  /** What an experiment comes to instead of running. @default 'running' */
  readonly comesTo?: 'running' | 'failed';
  /** Looks that find it stopping once it was told to end. @default 1 */
  readonly stoppingLooks?: number;
  /** What is answered instead. A start that is lost is carried out all the same. */
  readonly fault?: (call: FisCall) => FisFault | undefined | Promise<FisFault | undefined>;
  /** Templates or experiments on a page. @default 100 */
  readonly pageSize?: number;
  /** Told when what is broken changes. */
  readonly onChange?: (kind: ExperimentKind, isBroken: boolean) => void;
}

interface FakeExperiment {
  readonly id: string;
  readonly experimentTemplateId: string;
  state: { status: string; reason?: string };
  looks: number;
}

/** A FIS of one Region, over HTTP. */
export interface FakeFis {
  readonly url: string;
  readonly client: FisClient;
  readonly calls: readonly FisCall[];
  /** Status of every experiment, in the order of their starts. */
  statuses(): readonly string[];
  /** Has something under way that somebody else started. */
  startElsewhere(kind: ExperimentKind): void;
  /** An alarm rings: everything that runs is stopped. */
  ring(): void;
  close(): Promise<void>;
}

const KINDS: readonly ExperimentKind[] = ['health-503', 'health-error', 'health-delay', 'replication-pause'];
const templateOf = (kind: ExperimentKind) => `EXT-${kind}`;
const isOver = ({ state }: FakeExperiment) => ['stopped', 'failed', 'completed'].includes(state.status);

/** Starts it on a free port, for a client that signs with made-up credentials. */
export async function startFakeFis(region = 'eu-west-1', behaviour: FakeFisBehaviour = {}): Promise<FakeFis> {
  const { offers = KINDS, fault, pageSize = 100, onChange = () => undefined } = behaviour;
  const { pendingLooks = 1, comesTo = 'running', stoppingLooks = 1 } = behaviour;
  const calls: FisCall[] = [];
  const experiments: FakeExperiment[] = [];
  const byToken = new Map<unknown, FakeExperiment>();
  const kindOf = ({ experimentTemplateId }: FakeExperiment) =>
    KINDS.find((kind) => templateOf(kind) === experimentTemplateId) ?? 'health-503';
  const turn = (experiment: FakeExperiment, status: string, reason?: string) => {
    experiment.state = { status, ...(reason !== undefined && { reason }) };
    experiment.looks = 0;
    if (status === 'running') onChange(kindOf(experiment), true);
    if (isOver(experiment)) onChange(kindOf(experiment), false);
  };
  const begin = (experimentTemplateId: string, status: string) => {
    const id = `EXP${experiments.length + 1}`;
    const experiment: FakeExperiment = { id, experimentTemplateId, state: { status }, looks: 0 };
    experiments.push(experiment);
    return experiment;
  };
  const look = (experiment: FakeExperiment) => {
    experiment.looks += 1;
    const { status } = experiment.state;
    if (status === 'pending' && experiment.looks > pendingLooks)
      turn(experiment, comesTo, comesTo === 'failed' ? 'Target resolution returned empty set.' : undefined);
    if (status === 'stopping' && experiment.looks > stoppingLooks)
      turn(experiment, 'stopped', 'Experiment stopped by user.');
    return { experiment };
  };
  const page = (name: string, all: readonly object[], { nextToken = '0' }: FisCall['query']) => {
    const end = Number(nextToken) + pageSize;
    return { [name]: all.slice(Number(nextToken), end), ...(end < all.length && { nextToken: String(end) }) };
  };
  const answer = ({ method, path, query, body }: FisCall): object | undefined => {
    if (path === '/experimentTemplates') {
      const tagged = offers.map((kind) => ({ id: templateOf(kind), tags: { Name: `gsp-main-${kind}` } }));
      return page('experimentTemplates', [{ id: 'EXT-other', tags: {} }, ...tagged], query);
    }
    if (path === '/experiments' && method === 'GET') return page('experiments', experiments, query);
    if (path === '/experiments') {
      const known = byToken.get(body.clientToken) ?? begin(String(body.experimentTemplateId), 'pending');
      byToken.set(body.clientToken, known);
      return { experiment: known };
    }
    const found = experiments.find(({ id }) => path === `/experiments/${id}`);
    if (found === undefined) return undefined;
    if (method === 'GET') return look(found);
    if (!isOver(found)) turn(found, 'stopping');
    return { experiment: found };
  };

  const server = createServer((request, response) => {
    void read(request).then(async (call) => {
      calls.push(call);
      const given = await fault?.(call);
      if (given === 'lost') {
        if (call.method === 'POST') answer(call);
        return response.destroy();
      }
      if (given !== undefined) return sendFault(response, given);
      const output = answer(call);
      if (output === undefined)
        return sendFault(response, { status: 404, code: 'ResourceNotFoundException' });
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(output));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' });
  return {
    ...{ url, calls },
    client: fisClient({ region, credentials, endpoint: url }),
    statuses: () => experiments.map(({ state }) => state.status),
    startElsewhere: (kind) => void begin(templateOf(kind), 'running'),
    ring() {
      for (const experiment of experiments)
        if (experiment.state.status === 'running')
          turn(experiment, 'stopped', 'Experiment halted by stop condition.');
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function read(request: IncomingMessage): Promise<FisCall> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const url = new URL(request.url ?? '/', 'http://fis');
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    body: JSON.parse(Buffer.concat(parts).toString('utf8') || '{}'),
    authorization: request.headers.authorization ?? '',
  };
}

function sendFault(response: ServerResponse, { status, code, text }: Exclude<FisFault, 'lost'>): void {
  response.writeHead(status, code === undefined ? {} : { 'x-amzn-errortype': `${code}:http://internal/` });
  response.end(text ?? JSON.stringify({ message: 'Because of reasons.' }));
}
