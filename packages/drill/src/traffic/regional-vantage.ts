import { Agent } from 'undici';
import { sendOperation } from '../send-operation.ts';
import type { Vantage } from './observer.ts';

/** Clients that stay with one region whatever DNS says: the one that is not the primary. */
export function regionalVantage({
  name,
  description,
  clients,
}: {
  readonly name: string;
  readonly description: string;
  readonly clients: number;
}): Vantage {
  return {
    description,
    isObedient: false,
    open: async ({ platform, requestTimeoutMs }) => {
      const place = platform.regions.find(({ region }) => region !== platform.primary);
      if (place === undefined) return [];
      const { region, api } = place;
      return Array.from({ length: clients }, (_, index) => {
        const dispatcher = new Agent({ connections: 8, keepAliveTimeout: 1_000, keepAliveMaxTimeout: 1_000 });
        return {
          name: `${name}-${index}`,
          send: async (operation, context) => ({
            ...(await sendOperation(operation, { api, dispatcher, timeoutMs: requestTimeoutMs, ...context })),
            region,
          }),
          close: () => dispatcher.destroy(),
        };
      });
    },
  };
}
