import { createAmplifyTransport, createClient } from '@gsp/client';
import { Agent } from 'undici';
import { sendOperation } from '../send-operation.ts';
import { clientObserver } from './client-observer.ts';
import { dnsObserver } from './dns-observer.ts';
import type { Observer } from './observer.ts';

/** Many enough that one cache has always asked just before a region is lost, which is the worst moment to ask. */
const DNS_CLIENTS = 8;

/** Each finds out about a failure by itself. Few: a drill's machine runs them beside everything else. */
const LIBRARY_CLIENTS = 4;

/** A stale client keeps an answer for longer than any drill takes, as some runtimes and proxies do by default. */
const STALE_SECONDS = 86_400;

/** Every way in which drills send traffic, by name. A client library in another language is drilled by adding it here. */
export const observers = {
  dns: dnsObserver({
    name: 'dns',
    description: 'clients that follow DNS and keep an answer for its time to live',
    clients: DNS_CLIENTS,
    isObedient: true,
  }),
  'dns-stale': dnsObserver({
    name: 'dns-stale',
    description: 'clients that resolve once and keep the answer far beyond its time to live',
    clients: 2,
    isObedient: false,
    keepSeconds: () => STALE_SECONDS,
  }),
  regional: regionalObserver({
    name: 'regional',
    description: 'clients of the name of one region, the secondary',
    clients: 2,
  }),
  client: clientObserver({
    name: 'client',
    description: "the platform's own client library, which fails over by itself",
    clients: LIBRARY_CLIENTS,
    open: createClient,
    connect: createAmplifyTransport,
  }),
} as const satisfies Readonly<Record<string, Observer>>;

/** Name of a registered observer. */
export type ObserverName = keyof typeof observers;

/** Observers by name: those that are registered, or what a test puts in their place. */
export type ObserverRegistry = Readonly<Record<ObserverName, Observer>>;

/** Clients that stay with one region whatever DNS says: the one that is not the primary. */
export function regionalObserver({
  name,
  description,
  clients,
}: {
  readonly name: string;
  readonly description: string;
  readonly clients: number;
}): Observer {
  return {
    description,
    isObedient: false,
    open: async ({ platform, requestTimeoutMs }) => {
      const other = platform.regions.find(({ region }) => region !== platform.primary);
      if (other === undefined) return [];
      const { region, api } = other;
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
