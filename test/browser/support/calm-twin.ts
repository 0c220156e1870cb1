import { readFile } from 'node:fs/promises';
import { sendSignedRequest } from '@gsp/client/operator';
import { eventually } from '../../twin/support/eventually.ts';
import { healTwin } from '../../twin/support/heal-twin.ts';
import type { TwinProcess } from '../../twin/support/twin-process.ts';

const LIMIT_MS = 45_000;

/**
 * Brings a twin back to where tests begin, whatever the one before left: every region runs, nothing is broken, cut or
 * evacuated, every health check that guards a record is healthy and DNS answers with the primary.
 */
export async function calmTwin(twin: TwinProcess): Promise<void> {
  await healTwin(twin);
  await endEvacuations(twin);
  await eventually(() => isCalm(twin), { limitMs: LIMIT_MS, what: () => 'the twin to be calm' });
}

/** The region that DNS names to clients now. */
export async function dnsAnswer(twin: TwinProcess): Promise<string> {
  const { dns, route53 } = await twin.state();
  return route53?.answers.find(({ name }) => name === dns?.name)?.regions.join() ?? '';
}

async function isCalm(twin: TwinProcess): Promise<boolean> {
  const { regions, route53 } = await twin.state();
  const checks = route53?.checks ?? [];
  return (
    checks.length > 0 &&
    checks.every(({ since, healthy }) => since !== '' && healthy) &&
    (await dnsAnswer(twin)) === regions[0]?.region
  );
}

async function endEvacuations(twin: TwinProcess): Promise<void> {
  const { credentialsFile } = await twin.state();
  const names = twin.ready.regions.map(({ region }) => region);
  for (const region of names) {
    const asked = twin.ready.regions.find((other) => other.region !== region);
    if (asked === undefined) continue;
    const path = `/control/evacuations/${region}`;
    const probe = await fetch(`${asked.api}${path}`, { signal: AbortSignal.timeout(5_000) });
    if (probe.status !== 200) continue;
    await sendSignedRequest(
      { method: 'DELETE', path },
      {
        endpoint: asked.api,
        region: asked.region,
        credentials: async () => JSON.parse(await readFile(credentialsFile, 'utf8')),
      },
    );
  }
}
