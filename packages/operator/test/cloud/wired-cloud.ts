import { onTestFinished, vi } from 'vitest';
import { type Cloud, openCloud } from '../../src/cloud/region-clients.ts';
import { type AwsCall, type AwsWire, startAwsWire } from './aws-wire.ts';

/** Clients that ask a server of the test, for as long as the test runs. */
export async function wiredCloud(
  answer: (call: AwsCall) => unknown,
): Promise<{ cloud: Cloud; wire: AwsWire }> {
  const wire = await startAwsWire(answer);
  for (const [key, value] of Object.entries(wire.env)) vi.stubEnv(key, value);
  const cloud = openCloud();
  onTestFinished(async () => {
    cloud.close();
    vi.unstubAllEnvs();
    await wire.close();
  });
  return { cloud, wire };
}
