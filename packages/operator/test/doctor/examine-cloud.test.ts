import { describe, expect, test } from 'vitest';
import { examineAccount, faults, findings } from './examined-account.ts';
import { ZONE } from './wired-account.ts';

describe('examineCloud()', () => {
  test('examineCloud() finds no fault in an account in which nothing stands in the way', async () => {
    const { found: all, wire } = await examineAccount();
    expect(faults(all)).toEqual([]);
    expect(all.filter(({ level }) => level === 'warning')).toEqual([]);
    expect([...new Set(all.map(({ check }) => check))]).toEqual([
      'credentials',
      'bootstrap',
      'stack',
      'table',
      'quotas',
      'forecast',
      'cost',
    ]);
    expect(all.every(({ stage }) => stage === 'main')).toBe(true);
    expect(wire.unexpected).toEqual([]);
  });

  test('examineCloud() changes nothing: every call reads', async () => {
    const { wire } = await examineAccount({}, { topology: { domain: ZONE } });
    const actions = new Set(wire.calls.map(({ action }) => action));
    expect(actions.size).toBeGreaterThan(5);
    for (const action of actions) expect(action).toMatch(/^(Get|List|Describe)/);
  });

  test('examineCloud() asks every region of the stage', async () => {
    const { wire } = await examineAccount();
    for (const action of ['GetCallerIdentity', 'GetParameter', 'DescribeStacks', 'GetServiceQuota']) {
      const asked = wire.calls.filter((call) => call.action === action).map(({ region }) => region);
      expect([...new Set(asked)].sort(), action).toEqual(['eu-central-1', 'eu-west-1']);
    }
  });

  test('examineCloud() gives up with its reason when it is told to', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(findings({}, { signal: stop.signal })).rejects.toThrow('enough');
  });
});
