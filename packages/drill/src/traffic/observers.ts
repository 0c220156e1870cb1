import { createAmplifyTransport, createPlatformClient } from '@gsp/client';
import { regionsOf } from '@gsp/client/fetch';
import { clientVantage } from './client-observer.ts';
import { dnsVantage } from './dns-observer.ts';
import type { Vantage } from './observer.ts';
import { regionalVantage } from './regional-vantage.ts';

/** Many enough that one cache has always asked just before a region is lost, which is the worst moment to ask. */
const DNS_CLIENTS = 8;

/** Each finds out about a failure by itself. Few: a drill's machine runs them beside everything else. */
const LIBRARY_CLIENTS = 4;

/** A stale client keeps an answer for longer than any drill takes, as some runtimes and proxies do by default. */
const STALE_SECONDS = 86_400;

/** Every way in which drills send traffic, by name. A client library in another language is drilled by adding it here. */
export const vantages = {
  dns: dnsVantage({
    name: 'dns',
    description: 'clients that follow DNS and keep an answer for its time to live',
    clients: DNS_CLIENTS,
    isObedient: true,
  }),
  'dns-stale': dnsVantage({
    name: 'dns-stale',
    description: 'clients that resolve once and keep the answer far beyond its time to live',
    clients: 2,
    isObedient: false,
    keepSeconds: () => STALE_SECONDS,
  }),
  regional: regionalVantage({
    name: 'regional',
    description: 'clients of the name of one region, the secondary',
    clients: 2,
  }),
  client: clientVantage({
    name: 'client',
    description: "the platform's own client library, which fails over by itself",
    clients: LIBRARY_CLIENTS,
    open: createPlatformClient,
    connect: (outputs) => createAmplifyTransport(regionsOf(outputs, 'regional')),
  }),
} as const satisfies Readonly<Record<string, Vantage>>;

/** Name of a registered vantage. */
export type VantageName = keyof typeof vantages;

/** Vantages by name: those that are registered, or what a test puts in their place. */
export type VantageRegistry = Readonly<Record<VantageName, Vantage>>;
