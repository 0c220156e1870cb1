import type { Server } from 'node:http';
import { HttpApiError } from './http-api-error.ts';

/** An address to listen on. Port 0 takes a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** True when the address may be missing on this machine: it is then left out. */
  readonly optional?: boolean;
}

/**
 * Listens on every address with a server of its own, or on none.
 *
 * @throws {HttpApiError} `AddressInUse` or `AddressUnavailable`, with the address
 */
export async function listenAll(
  addresses: readonly ListenAddress[],
  newServer: () => Server,
): Promise<Server[]> {
  const servers: Server[] = [];
  for (const address of addresses) {
    const server = newServer();
    try {
      await listen(server, address);
      servers.push(server);
    } catch (error) {
      if (address.optional && codeOf(error) === 'EADDRNOTAVAIL') continue;
      for (const started of servers) started.close();
      throw translated(error, address);
    }
  }
  return servers;
}

function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function translated(error: unknown, { host, port }: ListenAddress): unknown {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new HttpApiError(
        'AddressInUse',
        `Cannot listen on ${host}:${port}: another process does, the port must be free. Stop that process or choose other ports with --port-base.`,
        { cause: error },
      );
    case 'EADDRNOTAVAIL':
    case 'EACCES':
      return new HttpApiError(
        'AddressUnavailable',
        `Cannot listen on ${host}:${port}: this machine does not offer the address to this user. Add it to the loopback interface or choose other ports with --port-base.`,
        { cause: error },
      );
    default:
      return error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
