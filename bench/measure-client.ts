import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createClient, type PlatformClient } from '@gsp/client';
import { createClient as createFetchClient } from '@gsp/client/fetch';
import type { Measurement } from './measurement.ts';
import { median } from './statistics.ts';

const KEY = { pk: 'bench', sk: '0199d5d2-9c1e-7000-8000-000000000000' };

/** One way to read an item. */
type Read = () => Promise<unknown>;

/**
 * What the client costs a call beyond the `fetch` that any caller needs: reads of one item, one after the other, over
 * kept-alive connections to a server that answers at once. All ways take turns, so that a machine that changes its speed
 * changes it for each.
 */
export async function measureClient({
  runs,
  calls,
}: {
  runs: number;
  calls: number;
}): Promise<Measurement[]> {
  const server = fork(fileURLToPath(new URL('answering-server.ts', import.meta.url)), [], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [line] = await once(server.stdout ?? server, 'data');
  const endpoint = `http://127.0.0.1:${Number(String(line))}`;
  const outputs = outputsOf(endpoint);
  const clients = [createClient({ outputs }), createFetchClient({ outputs })] as const;
  try {
    const [amplify, plain] = clients;
    return await compare(
      { bare: bareRead(endpoint), fetch: readOf(plain), amplify: readOf(amplify) },
      { runs, calls },
    );
  } finally {
    for (const client of clients) client.close();
    server.kill();
  }
}

async function compare(
  reads: Readonly<Record<'bare' | 'fetch' | 'amplify', Read>>,
  { runs, calls }: { runs: number; calls: number },
): Promise<Measurement[]> {
  for (const read of Object.values(reads)) await msPerCall(read, calls);
  const bare: number[] = [];
  const overFetch: number[] = [];
  const overAmplify: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const alone = await msPerCall(reads.bare, calls);
    bare.push(alone);
    overFetch.push((await msPerCall(reads.fetch, calls)) - alone);
    overAmplify.push((await msPerCall(reads.amplify, calls)) - alone);
  }
  const group = `client, ${calls} reads one by one`;
  const row = (name: string, values: readonly number[], goal?: Measurement['goal']): Measurement => ({
    group,
    name,
    value: median(values),
    unit: 'ms',
    runs: values,
    ...(goal === undefined ? {} : { goal }),
  });
  return [
    row('a bare fetch, its JSON read', bare),
    row('what the client adds, on fetch', overFetch, { atMost: 0.3 }),
    row("what the client adds, on Amplify's REST transport", overAmplify, { atMost: 0.3 }),
  ];
}

async function msPerCall(read: Read, calls: number): Promise<number> {
  const startedAtMs = performance.now();
  for (let call = 0; call < calls; call += 1) await read();
  return (performance.now() - startedAtMs) / calls;
}

function bareRead(endpoint: string): Read {
  return async () => (await fetch(`${endpoint}/items/${KEY.pk}/${KEY.sk}`)).json();
}

function readOf(client: PlatformClient): Read {
  return () => client.getItem(KEY);
}

function outputsOf(endpoint: string): object {
  const api = (region: string) => [
    `bench-main-${region}`,
    { endpoint, region, apiName: `bench-main-${region}` },
  ];
  const regions = ['eu-west-1', 'eu-central-1'];
  return {
    version: '1.4',
    custom: {
      API: Object.fromEntries(regions.map(api)),
      platform: {
        project: 'bench',
        stage: 'main',
        regions: Object.fromEntries(
          regions.map((region, index) => [
            region,
            { role: index === 0 ? 'primary' : 'secondary', apiName: `bench-main-${region}` },
          ]),
        ),
      },
    },
  };
}
