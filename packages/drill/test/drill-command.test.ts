import { describe, expect, test, vi } from 'vitest';
import { drillCommand } from '../src/drill-command.ts';
import type { RunDrillOptions } from '../src/run-drill.ts';
import { scenarioNames } from '../src/scenarios.ts';

/** What the command would run for these arguments. */
async function parsed(...args: string[]): Promise<RunDrillOptions | undefined> {
  const run = vi.fn(async (_options: RunDrillOptions) => undefined);
  await drillCommand(run)
    .configureOutput({ writeErr: () => undefined })
    .parseAsync(args, { from: 'user' });
  return run.mock.calls[0]?.[0];
}

describe('drillCommand', () => {
  test('runs everything with the first seed by default', async () => {
    expect(await parsed()).toMatchObject({ scenarios: ['all'], seeds: [1], timeScale: 15, json: false });
  });

  test('runs as many seeds as it is told, or one', async () => {
    expect(await parsed('--seeds', '3')).toMatchObject({ seeds: [1, 2, 3] });
    expect(await parsed('--seed', '7')).toMatchObject({ seeds: [7] });
  });

  test('takes a running twin, by the former name of the option too', async () => {
    for (const option of ['--twin', '--control'])
      expect(await parsed(option, 'http://127.0.0.1:4000/')).toMatchObject({ twin: 'http://127.0.0.1:4000' });
  });

  test('lists every scenario, and no former name', () => {
    const printed: string[] = [];
    drillCommand()
      .configureOutput({ writeOut: (text) => void printed.push(text) })
      .outputHelp();
    const help = printed.join('');
    for (const name of scenarioNames) expect(help).toContain(`  ${name}: `);
    expect(help).not.toContain('--control');
  });

  test('refuses to have AWS break a platform where nobody can confirm it', async () => {
    const refused = parsed('--target', 'amplify_outputs.json', '--scenario', 'region-unhealthy');
    await expect(refused).rejects.toThrow(/say --yes-break with the name of the stage/);
  });
});
