import type { Page } from 'playwright-core';
import { button, seeText } from './console-parts.ts';

/** Column of the table of regions in which the number of calls stands. */
const CALLS_COLUMN = 3;

/** Starts the stream and waits until calls are answered. */
export async function startStream(page: Page): Promise<void> {
  await button(page, 'Start the stream').click();
  await seeText(page.getByTestId('traffic-state'), 'running');
  await seeText(page.getByTestId('traffic-sentence'), /of [1-9][\d,]* calls? failed$/);
}

/** Calls of the stream that a region has answered. */
export async function callsAnsweredBy(page: Page, region: string): Promise<number> {
  const cell = page.getByTestId(`traffic-region-${region}`).getByRole('cell').nth(CALLS_COLUMN);
  return numberIn(await cell.textContent());
}

/** Calls of the stream that have ended, however. */
export async function answeredCalls(page: Page): Promise<number> {
  return numberIn(await page.getByTestId('traffic-calls').textContent());
}

/** Calls of the stream that came to nothing. */
export async function failedCalls(page: Page): Promise<number> {
  return numberIn(await page.getByTestId('traffic-failed').textContent());
}

function numberIn(text: string | null): number {
  const digits = (text ?? '').replaceAll(',', '').trim();
  if (!/^\d+$/.test(digits)) throw new Error(`Cannot count: ${JSON.stringify(text)} is no number.`);
  return Number(digits);
}
