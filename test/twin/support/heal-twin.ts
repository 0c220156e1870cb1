import type { TwinProcess } from './twin-process.ts';

/**
 * Takes back whatever a test before has done to a twin, one that failed half way included: every region runs, nothing is
 * slow, failing or throttled, clocks are right and links are whole. What tests have written stays.
 */
export async function healTwin(twin: TwinProcess): Promise<void> {
  const { regions, links } = await twin.state();
  await Promise.all(
    regions.map(async ({ region, status }) => {
      if (status !== 'running') await accepted(twin, { region, kind: 'start' });
      await accepted(twin, { region, kind: 'heal' });
      await accepted(twin, { region, kind: 'clock', offsetMs: 0 });
    }),
  );
  for (const { from, to } of links) await accepted(twin, { link: [from, to], kind: 'heal' });
}

async function accepted(twin: TwinProcess, fault: object): Promise<void> {
  const { status, body } = await twin.fault(fault);
  if (status !== 200) throw new Error(`the twin refused ${JSON.stringify(fault)}: ${body.detail}`);
}
