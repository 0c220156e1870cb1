import { formatSeconds } from '@gsp/cli-kit';
import type { EvacuationsResponse } from '@gsp/platform/contract';
import Table from 'cli-table3';
import type { MoveTimes } from './await-move.ts';
import type { EvacuationResult } from './evacuate-region.ts';
import type { RestoreResult } from './restore-region.ts';

const PLAIN = { style: { head: [], border: [] } };

/**
 * What an evacuation came to, and what to do next.
 *
 * @param address options that name the platform in the commands to come, as in ` --target amplify_outputs.json`
 */
export function renderEvacuation(
  { evacuation, moved }: EvacuationResult,
  { nowMs, address }: { nowMs: number; address: string },
): string {
  const { region, reason, issuedBy, issuedIn, expiresAt } = evacuation;
  const table = new Table(PLAIN);
  table.push(
    { Evacuated: region },
    { Until: `${expiresAt} (${untilText(expiresAt, nowMs)}), then it returns by itself` },
    { By: issuedBy },
    { Through: issuedIn },
    { Reason: reason },
    ...movedRows(moved, 'Traffic left'),
    { 'End it with': `npm run restore -- ${region}${address}` },
    { 'Make it longer': `npm run evacuate -- ${region} --reason '…' --for 2h${address}` },
  );
  return table.toString();
}

/** What a return came to. */
export function renderRestore(
  { region, via, moved }: RestoreResult,
  { address }: { address: string },
): string {
  const table = new Table(PLAIN);
  table.push({ 'In service': region }, { Through: via }, ...movedRows(moved, 'Traffic may return'), {
    'Who did what': `npm run evacuate -- --list${address}`,
  });
  return table.toString();
}

/** Evacuations in force, those that are over, and the audit trail. */
export function renderEvacuationList({ evacuations, audit }: EvacuationsResponse, nowMs: number): string {
  const inForce = evacuations.filter((one) => one.inForce);
  const head = inForce.length === 0 ? 'No region is evacuated.' : evacuationTable(inForce, nowMs);
  const over = evacuations.filter((one) => !one.inForce);
  return [
    head,
    ...(over.length === 0 ? [] : [`Not in force:\n${overTable(over)}`]),
    audit.length === 0
      ? 'Nobody has evacuated or restored anything in the last 90 days.'
      : `Audit trail:\n${auditTable(audit)}`,
  ].join('\n\n');
}

function evacuationTable(evacuations: EvacuationsResponse['evacuations'], nowMs: number): string {
  const table = new Table({ ...PLAIN, head: ['Evacuated', 'Until', 'By', 'Through', 'Reason'] });
  for (const { region, expiresAt, issuedBy, issuedIn, reason } of evacuations)
    table.push([region, `${expiresAt} (${untilText(expiresAt, nowMs)})`, issuedBy, issuedIn, reason]);
  return table.toString();
}

function overTable(evacuations: EvacuationsResponse['evacuations']): string {
  const table = new Table({ ...PLAIN, head: ['Region', 'From', 'To', 'Reason', 'Ended by'] });
  for (const { region, issuedAt, expiresAt, endedAt, endedBy, reason } of evacuations)
    table.push([region, issuedAt, endedAt ?? expiresAt, reason, endedBy ?? 'its expiry']);
  return table.toString();
}

function auditTable(audit: EvacuationsResponse['audit']): string {
  const table = new Table({ ...PLAIN, head: ['When', 'Act', 'Region', 'By', 'Through', 'Reason'] });
  for (const { at, act, region, by, askedIn, reason } of audit)
    table.push([at, act, region, by, askedIn, reason ?? '']);
  return table.toString();
}

function movedRows(moved: MoveTimes | null, title: string): Record<string, string>[] {
  if (moved === null) return [{ [title]: 'not waited for' }];
  const { probeSeconds, checkSeconds, dnsSeconds, cachesSeconds } = moved;
  const parts = [
    ['probe', probeSeconds],
    ['checks', checkSeconds],
    ['DNS', dnsSeconds],
    ['caches', cachesSeconds],
  ] as const;
  const told = parts.flatMap(([name, seconds]) =>
    seconds === null ? [] : [`${name} after ${formatSeconds(seconds)}`],
  );
  // Without a domain there is only the probe to see, and nothing has moved.
  return [{ [dnsSeconds === null ? 'Noted' : title]: told.join(', ') }];
}

function untilText(expiresAt: string, nowMs: number): string {
  const seconds = (Date.parse(expiresAt) - nowMs) / 1_000;
  return seconds > 0 ? `in ${formatSeconds(seconds)}` : 'over';
}
