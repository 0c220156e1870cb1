import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Behaviour = 'accept' | 'refuse' | 'reset' | 'hang';

/** A stack that waits for an answer, over plain HTTP. */
export interface WaitingStack {
  readonly url: string;
  readonly received: { method: string; path: string; headers: IncomingHttpHeaders; body: unknown }[];
  /** What is done with the requests to come; after that they are accepted. */
  behave(...next: Behaviour[]): void;
  stop(): Promise<void>;
}

/** Starts one on a free port of this machine. */
export async function startWaitingStack(): Promise<WaitingStack> {
  const received: WaitingStack['received'] = [];
  const behaviours: Behaviour[] = [];
  const server: Server = createServer(async (incoming, outgoing) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const { method = '', url: path = '', headers } = incoming;
    received.push({ method, path, headers, body: JSON.parse(text) });
    const behaviour = behaviours.shift() ?? 'accept';
    if (behaviour === 'reset') outgoing.destroy();
    else if (behaviour !== 'hang') outgoing.writeHead(behaviour === 'accept' ? 200 : 503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/answer?X-Amz-Signature=secret`,
    received,
    behave: (...next) => void behaviours.push(...next),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
