import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PeerState, type SentLog } from '../../../src/dynamodb/journal/peer-state.ts';

function newState(): { state: PeerState; reopen: () => PeerState } {
  const dataDir = mkdtempSync(join(tmpdir(), 'peer-state-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const reopen = () => new PeerState(dataDir, 'eu-central-1');
  return { state: reopen(), reopen };
}

const sent = (changes: Partial<SentLog> = {}): SentLog => ({
  ...{ id: 'log', run: 'run 1', base: 0, acknowledged: 0, told: 0, last: 0, ...changes },
});
const WELL = { peerIsBehind: false, isForgotten: false };

test('a peer that goes on, in this run or the next, is as it should be', () => {
  const { state, reopen } = newState();
  expect(state.judge(sent())).toEqual(WELL);
  state.record(sent({ acknowledged: 70, last: 80 }), 5);
  expect(state.judge(sent({ acknowledged: 80, told: 70, last: 90 }))).toEqual(WELL);
  expect(reopen().judge(sent({ run: 'run 2', base: 80, told: 70 }))).toEqual(WELL);
});

test('a peer whose log begins below what it has sent is behind, and only until it has been heard', () => {
  const { state } = newState();
  state.record(sent({ last: 80 }), 0);
  const older = sent({ run: 'run 2', base: 79, last: 79 });
  expect(state.judge(older)).toEqual({ peerIsBehind: true, isForgotten: false });
  state.record(older, 0);
  expect(state.judge(sent({ run: 'run 2', base: 79, last: 85 }))).toEqual(WELL);
  expect(state.judge(sent({ run: 'run 3', base: 79 }))).toEqual(WELL);
});

test('a peer with another log is behind: its data was removed', () => {
  const { state } = newState();
  state.record(sent({ last: 80 }), 0);
  expect(state.judge(sent({ id: 'other', run: 'run 2', base: 500 }))).toMatchObject({ peerIsBehind: true });
});

test('a replica that lacks what it has acknowledged says so, until it is told of nothing', () => {
  const { state } = newState();
  expect(state.judge(sent({ told: 1 }))).toEqual({ peerIsBehind: false, isForgotten: true });
  state.record(sent({ acknowledged: 50 }), 0);
  expect(state.judge(sent({ told: 51 }))).toMatchObject({ isForgotten: true });
  expect(state.judge(sent({ told: 50 }))).toEqual(WELL);
  expect(state.judge(sent({ id: 'other', run: 'run 1', told: 50 }))).toMatchObject({ isForgotten: true });
  expect(state.judge(sent({ told: 0 }))).toEqual(WELL);
});

test('what is owed outlives a kill, and is owed until it is paid', () => {
  const { state, reopen } = newState();
  state.advance(40, 30);
  state.oweEverything();
  expect(reopen()).toMatchObject({ owesEverything: true, told: 0 });
  state.paid(60);
  expect(reopen()).toMatchObject({ owesEverything: false, sequence: 60, told: 0 });
});

test('the own log must reach to where it was when the peer was last acknowledged, or last heard', () => {
  const { state, reopen } = newState();
  state.record(sent(), 12);
  expect(reopen().latestOwn).toBe(12);
  state.advance(15, 0);
  state.save();
  expect(reopen().latestOwn).toBe(15);
});

test('a file of version 0.2, which held a position alone, is read', () => {
  const { state, reopen } = newState();
  writeFileSync(state.path, '{"sequence":7}');
  expect(reopen()).toMatchObject({ sequence: 7, told: 0, owesEverything: false });
  expect(reopen().judge(sent({ base: 3 }))).toEqual(WELL);
});

test('a save that changes nothing writes nothing', () => {
  const { state } = newState();
  state.advance(1, 0);
  state.save();
  writeFileSync(state.path, 'somebody else');
  state.save();
  expect(readFileSync(state.path, 'utf8')).toBe('somebody else');
});
