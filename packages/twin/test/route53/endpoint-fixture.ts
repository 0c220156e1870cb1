import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** An endpoint to be checked, on a free port of the loopback address. Ends with the test. */
export interface Endpoint {
  readonly port: number;
  /** Connections that are open now. */
  readonly open: ReadonlySet<Socket>;
  /** Takes no connection any more and resets those that are open, as a killed process does. */
  kill(): void;
}

/** An HTTP endpoint that answers as it is told. */
export function httpEndpoint(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Endpoint> {
  return listening(createServer(answer));
}

/** An endpoint that does with a connection what it likes, once it was asked something. */
export function rawEndpoint(answer: (socket: Socket) => void): Promise<Endpoint> {
  return listening(
    createTcpServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', () => answer(socket));
    }),
  );
}

async function listening(server: Server): Promise<Endpoint> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  const kill = () => {
    server.close();
    for (const socket of open) socket.resetAndDestroy();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(kill);
  const { port } = server.address() as AddressInfo;
  return { port, open, kill };
}
