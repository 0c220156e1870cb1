import type { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CommandError } from '../src/command-error.ts';
import { exitWith } from '../src/exit-with.ts';
import { FormerName, newCommand, regionsOption, twinOption } from '../src/options.ts';

let written: string;

beforeEach(() => {
  written = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => {
  process.exitCode = undefined;
});

describe('exitWith()', () => {
  test('shows the message of an expected error alone, and exits with 1', async () => {
    await exitWith(() => Promise.reject(new CommandError('Cannot deploy: no region.')));
    expect(written).toBe('\nCannot deploy: no region.\n');
    expect(process.exitCode).toBe(1);
  });

  test('takes an error for expected that says so, whatever package made it', async () => {
    const foreign = Object.assign(new Error('Port 4000 is in use.'), { isExpected: true });
    await exitWith(() => Promise.reject(foreign));
    expect(written).toBe('\nPort 4000 is in use.\n');
  });

  test('shows the stack of any other', async () => {
    await exitWith(() => Promise.reject(new TypeError('undefined is not a function')));
    expect(written).toMatch(/TypeError: undefined is not a function\n\s+at /);
    expect(process.exitCode).toBe(1);
  });

  test.each([
    ['--help', 0],
    ['--nonsense', 2],
  ])('exits with the status of a command that is given %s', async (argument, status) => {
    vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const command = newCommand('try', 'Tries something.').configureOutput({ writeErr: () => {} });
    await exitWith(async () => void command.parse([argument], { from: 'user' }));
    expect(process.exitCode ?? 0).toBe(status);
  });
});

describe('options', () => {
  const command = (): Command => {
    const twin = twinOption('the twin');
    return newCommand('try', 'Tries something.')
      .configureOutput({ writeErr: () => {} })
      .addOption(twin)
      .addOption(new FormerName('--control', twin))
      .addOption(regionsOption());
  };

  test('FormerName sets the option of today, parsed as that one is, and help does not show it', () => {
    const parsed = command().parse(['--control', 'http://127.0.0.1:5000/'], { from: 'user' });
    expect(parsed.opts()).toEqual({ twin: 'http://127.0.0.1:5000' });
    expect(command().helpInformation()).not.toContain('--control');
    expect(() => command().parse(['--control', 'ftp://x'], { from: 'user' })).toThrow(/not the URL/);
  });

  test('regionsOption() parses a list, and refuses one with a gap', () => {
    const parsed = command().parse(['--regions', 'eu-west-1, eu-central-1'], { from: 'user' });
    expect(parsed.opts()).toEqual({ regions: ['eu-west-1', 'eu-central-1'] });
    expect(() => command().parse(['--regions', 'eu-west-1,'], { from: 'user' })).toThrow(
      /separated by commas/,
    );
  });
});
