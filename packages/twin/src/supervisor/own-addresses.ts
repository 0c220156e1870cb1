import { createServer } from 'node:net';

/**
 * Those of the addresses on which this machine can listen. Linux owns all of 127.0.0.0/8; macOS only what was added to its
 * loopback interface.
 */
export async function ownAddresses(addresses: readonly string[]): Promise<ReadonlySet<string>> {
  const own = await Promise.all(
    addresses.map(async (address) => ((await canListen(address)) ? [address] : [])),
  );
  return new Set(own.flat());
}

function canListen(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    // Port 0: whether the address is ours is the question, not whether a port is free.
    probe.listen({ host, port: 0 }, () => probe.close(() => resolve(true)));
  });
}
