import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../twin/support/eventually.ts';
import {
  button,
  dnsSentence,
  PRIMARY,
  regionCard,
  regionFact,
  SECONDARY,
  seeText,
} from '../support/console-parts.ts';
import { expectFailuresOf } from '../support/expected-faults.ts';
import type { Stage } from '../support/stage.ts';
import { answeredCalls, callsAnsweredBy, failedCalls, startStream } from '../support/traffic-stream.ts';

/** Three checks of 1.5 s in a row, and what a busy machine adds. */
const DNS_LIMIT_MS = 45_000;

/** A breaker stays open for some seconds after some seconds of failures, and a probe may lose to its hedge. */
const RECOVERY_LIMIT_MS = 45_000;

/** All limits of one test together; an idle machine needs a tenth. */
const TEST_LIMIT_MS = 240_000;

/** A region goes while requests run; nobody who calls notices. */
export function describeSurvivingFaults(stage: Stage): void {
  describe('the stream of requests', () => {
    test('moves away from a region that is killed and back to it, and no call fails', {
      timeout: TEST_LIMIT_MS,
    }, async () => {
      const { page, faults, picture } = await stage.openConsole();
      await startStream(page);
      await seeMoreCalls(page);
      const { victim, survivor } = await preference(page);
      expectFailuresOf(stage, faults, victim);

      await button(page, `Kill ${victim}`).click();
      await seeText(page.getByTestId(`traffic-region-${victim}`), /avoided|being tried/);
      await answersMore(page, survivor);
      await button(page, `Start ${victim}`).waitFor();
      await seeText(regionFact(page, { region: victim, label: 'Health check' }), /^unhealthy/, {
        limitMs: DNS_LIMIT_MS,
      });
      await seeText(dnsSentence(page), `answers${survivor}`, { limitMs: DNS_LIMIT_MS });
      await seeText(page.getByTestId('traffic-sentence'), /^0 of [\d,]+ calls failed$/);
      await picture('region-killed');

      await button(page, `Start ${victim}`).click();
      await button(page, `Kill ${victim}`).waitFor();
      await seeText(page.getByTestId(`traffic-region-${victim}`), /preferred|ready/, {
        limitMs: RECOVERY_LIMIT_MS,
      });
      expect(await failedCalls(page)).toBe(0);
      await picture('region-recovered');
    });

    test('leaves a region that answers slowly, and no call fails', { timeout: TEST_LIMIT_MS }, async () => {
      const { page, faults, picture } = await stage.openConsole();
      await startStream(page);
      await seeMoreCalls(page);
      const { victim, survivor } = await preference(page);
      expectFailuresOf(stage, faults, victim);

      const card = regionCard(page, victim);
      await card.getByText('Faults to inject').click();
      await card.getByLabel('Slower by').fill('800');
      await card.getByRole('button', { name: new RegExp(`slow ${victim}`, 'i') }).click();
      await card.getByText('slow, +800 ms').waitFor();
      await answersMore(page, survivor);
      await seeText(page.getByTestId('traffic-sentence'), /^0 of [\d,]+ calls failed$/);
      await picture('region-slow');

      await card.getByRole('button', { name: 'Heal all of it' }).click();
      await card.getByText('slow, +800 ms').waitFor({ state: 'detached' });
      await seeMoreCalls(page);
      expect(await failedCalls(page)).toBe(0);
    });
  });
}

/** The region that the client calls now, and the one that is left when it goes. */
async function preference(page: Page): Promise<{ victim: string; survivor: string }> {
  const isPreferred = async (region: string) =>
    ((await page.getByTestId(`traffic-region-${region}`).textContent()) ?? '').includes('preferred');
  return (await isPreferred(PRIMARY))
    ? { victim: PRIMARY, survivor: SECONDARY }
    : { victim: SECONDARY, survivor: PRIMARY };
}

/** Waits until some more calls of the stream have ended. */
async function seeMoreCalls(page: Page, more = 10): Promise<void> {
  const before = await answeredCalls(page);
  await eventually(async () => (await answeredCalls(page)) >= before + more, {
    limitMs: 30_000,
    what: () => `${more} more calls to end`,
  });
}

/** Waits until a region has answered some more calls than it has by now. */
async function answersMore(page: Page, region: string, more = 10): Promise<void> {
  const before = await callsAnsweredBy(page, region);
  await eventually(async () => (await callsAnsweredBy(page, region)) >= before + more, {
    limitMs: 45_000,
    what: () => `${region} to answer ${more} more calls`,
  });
}
