import Table from 'cli-table3';
import { formatRevision } from '../cloud/deployment-record.ts';
import { describeExposure } from '../cost/stage-exposure.ts';
import type { RegionHealth, RegionStatus, ReplicationLag, StageStatus } from './stage-status.ts';

const PLAIN = { style: { head: [], border: [] } };

/** The status of a stage for a person. */
export function renderStatus({
  regions,
  table,
  records,
  exposure,
  faults,
  notes,
  place,
}: StageStatus): string {
  return [
    `Stage '${place.branch}' of ${place.project}`,
    regionTable(regions),
    endpointLines(regions),
    [tableLine(table), ...deploymentLine(records.deployment)].join('\n'),
    Object.values(describeExposure(exposure)).join('\n'),
    [...notes.map((note) => `Note: ${note}.`), ...faults.map((fault) => `Amiss: ${fault}.`)].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function regionTable(regions: readonly RegionStatus[]): string {
  const table = new Table({
    ...PLAIN,
    head: ['Region', 'Role', 'Stack', 'Revision', 'Deployed', 'Health', 'Runs', 'Lag'],
  });
  for (const { region, role, stack, error, health, liveRevision, lag } of regions) {
    const state = stack?.status ?? (error === null ? 'none' : 'cannot be read');
    table.push([
      region,
      stack?.role ?? role,
      state,
      formatRevision(stack?.revision ?? null),
      stack === null ? '–' : stack.deployedAt.slice(0, 16).replace('T', ' '),
      healthText(health),
      formatRevision(liveRevision),
      lag.map(lagText).join('\n') || '–',
    ]);
  }
  return table.toString();
}

function healthText(health: RegionHealth | null): string {
  if (health === null) return '–';
  const { isHealthy, httpStatus, reasons, latencyMs } = health;
  if (isHealthy) return `healthy, ${latencyMs} ms`;
  return [httpStatus === null ? 'no answer' : `HTTP ${httpStatus}, ${latencyMs} ms`, ...reasons].join('\n');
}

function lagText({ to, lagMs, reason }: ReplicationLag): string {
  if (lagMs !== null) return `to ${to}: ${lagMs} ms`;
  return `to ${to}: ${reason === 'no data' ? reason : 'not known'}`;
}

function endpointLines(regions: readonly RegionStatus[]): string {
  return regions
    .flatMap(({ region, stack }) => (stack?.apiEndpoint ? [`${region}: ${stack.apiEndpoint}`] : []))
    .join('\n');
}

function tableLine({ tableName, replicas, askedIn }: StageStatus['table']): string {
  if (replicas === null) return `Table ${tableName}: not known`;
  const list = replicas.map(({ region, status }) => `${region} ${status}`).join(', ');
  return `Table ${tableName}: ${list} (asked in ${askedIn})`;
}

function deploymentLine(record: StageStatus['records']['deployment']): readonly string[] {
  if (record === null) return ['Last deployment: nothing is noted'];
  const regions = Object.entries(record.regions).map(
    ([region, { revision, state }]) => `${region} ${state} ${formatRevision(revision)}`,
  );
  return [
    `Last deployment: ${formatRevision(record.revision)}, begun ${record.startedAt}: ${regions.join(', ') || 'no region yet'}`,
  ];
}
