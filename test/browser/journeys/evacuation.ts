import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../twin/support/eventually.ts';
import { dnsAnswer } from '../support/calm-twin.ts';
import {
  button,
  dnsSentence,
  PRIMARY,
  regionCard,
  regionFact,
  SECONDARY,
  seeText,
} from '../support/console-parts.ts';
import { expectUnhealthy } from '../support/expected-faults.ts';
import type { Stage } from '../support/stage.ts';
import { failedCalls, startStream } from '../support/traffic-stream.ts';

/** Three checks of 1.5 s in a row, times to live of 3 s, and what a busy machine adds. */
const DNS_LIMIT_MS = 30_000;

/** The client hears of it when it next asks that region: where it prefers the other one, that is every half a minute. */
const HEARD_LIMIT_MS = 60_000;

/** An idle machine needs a tenth. */
const TEST_LIMIT_MS = 240_000;

/** An operator takes a region out of service on purpose, and puts it back. */
export function describeEvacuation(stage: Stage): void {
  describe('an evacuation', () => {
    test('moves DNS and traffic without a failed call, is refused for the last region, and ends', {
      timeout: TEST_LIMIT_MS,
    }, async () => {
      const { page, faults, picture } = await stage.openConsole();
      expectUnhealthy(stage, faults, PRIMARY);
      await startStream(page);

      await evacuate(page, PRIMARY, 'the deploy looks wrong');
      await button(regionCard(page, PRIMARY), `Restore ${PRIMARY}…`).waitFor();
      await seeText(page.getByTestId(`traffic-region-${PRIMARY}`), 'evacuated', {
        limitMs: HEARD_LIMIT_MS,
      });
      await eventually(async () => (await dnsAnswer(stage.twin)) === SECONDARY, { limitMs: DNS_LIMIT_MS });
      await seeText(regionFact(page, { region: PRIMARY, label: 'Service' }), /^evacuated/);
      await seeText(dnsSentence(page), `answers${SECONDARY}`);
      await picture('region-evacuated');

      await evacuate(page, SECONDARY, 'both at once');
      await seeText(page.getByRole('dialog').getByRole('alert'), `Cannot evacuate ${SECONDARY}`);
      await picture('evacuation-refused', 'window');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await button(regionCard(page, SECONDARY), `Evacuate ${SECONDARY}…`).waitFor();

      await button(regionCard(page, PRIMARY), `Restore ${PRIMARY}…`).click();
      await button(page.getByRole('dialog'), `Restore ${PRIMARY}`).click();
      await button(regionCard(page, PRIMARY), `Evacuate ${PRIMARY}…`).waitFor();
      await eventually(async () => (await dnsAnswer(stage.twin)) === PRIMARY, { limitMs: DNS_LIMIT_MS });
      await seeText(dnsSentence(page), `answers${PRIMARY}`);
      await seeText(page.getByTestId(`traffic-region-${PRIMARY}`), /preferred|ready/, {
        limitMs: HEARD_LIMIT_MS,
      });
      expect(await failedCalls(page)).toBe(0);
    });
  });
}

async function evacuate(page: Page, region: string, reason: string): Promise<void> {
  await button(regionCard(page, region), `Evacuate ${region}…`).click();
  const dialog = page.getByRole('dialog', { name: `Evacuate ${region}` });
  await dialog.getByLabel('Reason').fill(reason);
  await button(dialog, `Evacuate ${region}`).click();
}
