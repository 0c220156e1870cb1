import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GATE_FAILED, type Gate, runGates } from '../src/gates/run-gates.ts';

let folder: string;
let printed: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gates-'));
  printed = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A gate that runs a line of JavaScript. */
function gate(name: string, script: string, isAlone = false): Gate {
  return { name, command: ['-e', script], isAlone };
}

/** Notes in a file that a gate has ended. */
function noting(name: string): string {
  return `require('fs').appendFileSync(${JSON.stringify(join(folder, 'log'))}, '${name};')`;
}

describe('runGates()', () => {
  it('runs every gate, those that want to be alone when the others are over', async () => {
    await runGates([
      gate('last', noting('last'), true),
      ...['a', 'b', 'c'].map((name) => gate(name, `setTimeout(() => { ${noting(name)} }, 50)`)),
    ]);
    const order = (await readFile(join(folder, 'log'), 'utf8')).split(';').filter((name) => name !== '');
    expect(order.slice(0, 3).sort()).toEqual(['a', 'b', 'c']);
    expect(order[3]).toBe('last');
    expect(printed.join('')).toMatch(/✔ a .*✔ last/s);
  });

  it('prints what a failed gate said, names it, and ends the one beside it', async () => {
    const hanging = gate('hanging', 'setInterval(() => undefined, 1_000)');
    const failing = gate('failing', 'console.log("here is why"); process.exitCode = 3');
    const never = gate('never', noting('never'));
    const alone = gate('alone', noting('alone'), true);
    const run = runGates([hanging, failing, never, alone]);
    await expect(run).rejects.toMatchObject({ code: GATE_FAILED });
    await expect(run).rejects.toThrow(/gate "failing": it ended with status 3. Run it alone with: node -e/);
    expect(printed.join('')).toContain('here is why');
    await expect(readFile(join(folder, 'log'), 'utf8')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
