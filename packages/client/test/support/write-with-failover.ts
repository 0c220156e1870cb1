/**
 * A program: one write with one failover, by a client over regions of its own. Prints which functions ran for it, as V8
 * counts them; what made the client counts for nothing.
 */
import assert from 'node:assert/strict';
import { Session } from 'node:inspector/promises';
import { createClient, TransportError } from '../../src/fetch.ts';

const west = 'eu-west-1';
const central = 'eu-central-1';
const client = createClient({
  regions: [west, central].map((region) => ({ region, apiName: region, endpoint: `http://${region}.test` })),
  transport: async ({ apiName }) => {
    if (apiName === west) throw new TransportError('Cannot reach it: the connection broke');
    const token = '1~4ddcccd553e9665b.eu-west-1.zmc468717..mwspkrh5.toxtvk';
    return { status: 201, headers: { 'x-region': central, 'x-session': token }, body: '{"item":{}}' };
  },
});
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
await session.post('Profiler.takePreciseCoverage');
const { answer } = await client.writeItem({ pk: 'demo', data: 1 });
const { result } = await session.post('Profiler.takePreciseCoverage');
client.close();
assert.deepEqual([answer.region, answer.attempts], [central, 2]);
const script = result.find(({ url }) => url === import.meta.url);
console.log(JSON.stringify(script?.functions));
