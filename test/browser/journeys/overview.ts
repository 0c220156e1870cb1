import { describe, expect, test } from 'vitest';
import {
  dnsSentence,
  PRIMARY,
  regionCard,
  regionFact,
  replicationLink,
  SECONDARY,
  seeText,
} from '../support/console-parts.ts';
import type { Stage } from '../support/stage.ts';

/** The picture of the regions while nothing is wrong. */
export function describeOverview(stage: Stage): void {
  describe('the picture of the regions', () => {
    test('shows every region healthy, the DNS answer and both directions of replication', async () => {
      const { page, picture } = await stage.openConsole();
      await seeText(dnsSentence(page), `api.gsp.testanswers${PRIMARY}`);
      for (const region of [PRIMARY, SECONDARY]) {
        await seeText(regionCard(page, region).getByRole('heading'), region);
        await regionCard(page, region).getByText('running', { exact: true }).waitFor();
        await seeText(regionFact(page, { region, label: 'Health check' }), /^healthy/);
        await seeText(regionFact(page, { region, label: 'Service' }), /^in service/);
      }
      await seeText(regionFact(page, { region: PRIMARY, label: 'DNS' }), /^answered/);
      await seeText(regionFact(page, { region: SECONDARY, label: 'DNS' }), /^not answered/);
      await seeText(replicationLink(page, { from: PRIMARY, to: SECONDARY }), 'replicating');
      await seeText(replicationLink(page, { from: SECONDARY, to: PRIMARY }), 'replicating');
      await picture('overview');
    });

    test('leads to every part of the page', async () => {
      const { page } = await stage.openConsole();
      const links = page.locator('a[href^="#"]');
      await links.first().waitFor({ state: 'attached' });
      const targets = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
      expect(targets.length).toBeGreaterThan(3);
      for (const target of targets) expect([target, await page.locator(target).count()]).toEqual([target, 1]);
    });
  });
}
