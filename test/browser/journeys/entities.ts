import { describe, expect, test } from 'vitest';
import { callApi } from '../../twin/support/call-api.ts';
import { eventually } from '../../twin/support/eventually.ts';
import { seriousFindings } from '../support/accessibility.ts';
import { button, PRIMARY, panel, SECONDARY, seeText } from '../support/console-parts.ts';
import type { Stage } from '../support/stage.ts';

/** Items of an entity that the backend defines, as somebody looks at them and changes them. */
export function describeEntities(stage: Stage): void {
  describe('an entity', () => {
    test('is made, found by list and index, changed only as it was read, and deleted', async () => {
      const { page, faults, picture } = await stage.openConsole();
      // The refusal that the test is about is written into the browser's console, too.
      for (const { api } of stage.twin.ready.regions) faults.expectAt(`${api}/orders`);
      const entities = panel(page, 'Entities');
      const customerId = `ada-${Date.now()}`;
      const fields = entities.getByLabel('Fields, as JSON');
      await entities.getByLabel('Entity').selectOption('orders');

      await fields.fill(JSON.stringify({ customerId, status: 'shut', total: 3 }));
      await button(entities, 'Create the order').click();
      await seeText(entities.getByRole('alert'), /Nothing was written.*\/status/);
      await fields.fill(JSON.stringify({ customerId, status: 'open', total: 3 }));
      await button(entities, 'Create the order').click();
      await seeText(entities.getByTestId('entity-editor'), /version "eu-(west|central)-1=/);

      for (const region of [PRIMARY, SECONDARY]) {
        await entities.getByLabel('Read and write in').selectOption(region);
        await entities.getByLabel('Find by').selectOption('');
        await entities.getByLabel('customerId').fill(customerId);
        await eventually(async () => {
          await button(entities, 'Show the items').click();
          await entities.getByText(`read in ${region}`).or(entities.getByText('No orders found')).waitFor();
          return (await entities.getByTestId('entity-row').count()) === 1;
        });
        await seeText(entities.getByTestId('entity-row'), '"total":3');
      }

      // A page has twenty.
      const body = { customerId, status: 'paid', total: 1 };
      for (let made = 0; made < 21; made += 1)
        await callApi(stage.twin, SECONDARY, { method: 'POST', path: '/orders', body });
      const rows = entities.getByTestId('entity-row');
      await button(entities, 'Show the items').click();
      await seeText(entities.getByTestId('entity-items'), '20 found');
      await button(entities, 'Show more').click();
      await seeText(entities.getByTestId('entity-items'), '22 found');
      expect(await rows.count()).toBe(22);

      await entities.getByLabel('Find by').selectOption('byStatus');
      await entities.getByLabel('status').fill('open');
      await button(entities, 'Show the items').click();
      await eventually(async () => (await rows.filter({ hasText: customerId }).count()) === 1);
      expect(await seriousFindings(page)).toEqual([]);
      await picture('entity-items');

      const row = rows.filter({ hasText: customerId });
      const id = (await row.locator('code').textContent()) ?? '';
      await button(entities, `Open ${id}`).click();
      await seeText(entities.getByTestId('entity-editor'), id);
      const path = `/orders/${customerId}/${id}`;
      // In one region only: written in both at once, the item would be merged, and change again under the next steps.
      await callApi(stage.twin, SECONDARY, { method: 'PATCH', path, body: { total: 4 } });
      await fields.fill(JSON.stringify({ customerId, status: 'paid', total: 9 }));
      await button(entities, 'Replace the fields').click();
      await seeText(entities.getByRole('alert'), /Nothing was written.*Read the item again, decide anew/);
      await picture('entity-changed-meanwhile');

      await button(entities, `Open ${id}`).click();
      await eventually(async () => (await fields.inputValue()).includes('"total": 4'));
      expect(await entities.getByRole('alert').count(), 'what was refused before').toBe(0);
      await fields.fill(JSON.stringify({ status: 'paid' }));
      await button(entities, 'Change only these fields').click();
      await eventually(async () => /"status": "paid",\s+"total": 4/.test(await fields.inputValue()));
      await button(entities, 'Delete').click();
      await entities.getByRole('form', { name: 'New order' }).waitFor();
      await eventually(async () => (await callApi(stage.twin, PRIMARY, { path })).status === 404);
    });
  });
}
