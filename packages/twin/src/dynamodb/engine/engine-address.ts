import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Where an engine listens. */
export interface EngineAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * An address for an engine that nobody can guess, chosen anew at each start.
 *
 * Engines answer whoever asks, whatever its Host, and let pages of every origin read and write (their CORS says `*`), so
 * that no page may find one. On Linux all of 127.0.0.0/8 is this machine, and with the port there are some 2^39 places to
 * look. Elsewhere 127.0.0.1 is all there is and only the port is left, which a patient page can find.
 *
 * Free at this moment; another process may be faster to take it, and the engine then says so.
 */
export async function chooseEngineAddress(): Promise<EngineAddress> {
  const host = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
  const port = await freePortOf(host);
  if (port !== undefined) return { host, port };
  const loopback = '127.0.0.1';
  const onlyPort = await freePortOf(loopback);
  if (onlyPort === undefined)
    throw new Error(`Cannot choose a port for an engine: ${loopback} has none free.`);
  return { host: loopback, port: onlyPort };
}

/** A port of an address that nobody listens on; nothing where the address is not this machine's. */
function freePortOf(host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ host, port: 0, exclusive: true }, () => {
      const address = probe.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      probe.close(() => resolve(port));
    });
  });
}
