import { buildConsole } from '@gsp/console/build';
import { beforeAll, describe, expect, test } from 'vitest';
import { seriousFindings } from '../support/accessibility.ts';
import type { ConsolePage } from '../support/console-page.ts';
import { button, PRIMARY, regionCard, SECONDARY, seeText, writeItem } from '../support/console-parts.ts';
import type { Stage } from '../support/stage.ts';
import { startStream } from '../support/traffic-stream.ts';

/** The name of all regions together, which every region's API answers to. No loopback name, so the console looks for no twin. */
const NAME = 'api.gsp.test';

/** The same files as hosting serves them: beside the outputs of a deploy, and without a twin's control API. */
export function describeDeployed(stage: Stage): void {
  describe('the console of a deployed platform', () => {
    let siteDir = '';
    beforeAll(async () => {
      ({ siteDir } = await buildConsole());
    });

    test('reads, writes and shows traffic, and offers no faults', async () => {
      stage.host.serve(siteDir, { '/amplify_outputs.json': await deployedOutputs(stage) });
      const { page, picture } = await openHosted(stage);
      await writeItem(page, { region: PRIMARY, data: { note: 'on a deployed platform' } });
      await seeText(page.getByTestId(`arrival-${SECONDARY}`), /visible [\d,]+ ms/);
      await startStream(page);
      await page.getByText('deployed platform', { exact: true }).waitFor();
      expect(await page.getByRole('button', { name: /^(Kill|Stop|Cut) eu-|^Apply/ }).count()).toBe(0);
      await picture('deployed-platform');

      await button(regionCard(page, PRIMARY), `Evacuate ${PRIMARY}…`).click();
      await page.getByRole('dialog').getByLabel('Secret access key').waitFor();
      await picture('deployed-credentials', 'window');
    });

    test('says what is missing without outputs, and goes on once they are there', async () => {
      stage.host.serve(siteDir, {});
      const { page, faults, picture } = await openHosted(stage);
      faults.expectAt(`${stage.host.origin}/amplify_outputs.json`);
      await seeText(page.getByRole('alert'), /no platform here.*amplify_outputs\.json/);
      expect(await seriousFindings(page)).toEqual([]);
      await picture('no-platform');

      stage.host.serve(siteDir, { '/amplify_outputs.json': await deployedOutputs(stage) });
      await button(page, 'Look again').click();
      await regionCard(page, PRIMARY).waitFor();
    });
  });
}

/** The twin's outputs with the names of its domain, as those of a deploy would be. */
async function deployedOutputs({ twin }: Stage): Promise<string> {
  const own = await fetch(`${twin.ready.control}/amplify_outputs.json`);
  return (await own.text()).replaceAll('http://127.0.0.1', `http://${NAME}`);
}

async function openHosted({ twin, host, open }: Stage): Promise<ConsolePage> {
  const opened = await open();
  // How it finds out that there is no twin.
  opened.faults.expectAt(`${host.origin}/_twin/`);
  for (const { api } of twin.ready.regions) {
    const endpoint = api.replace('127.0.0.1', NAME);
    opened.faults.expectAt(`${endpoint}/items/`);
    opened.faults.expectAt(`${endpoint}/control/evacuations/`);
  }
  await opened.page.goto(`${host.origin}/`);
  return opened;
}
