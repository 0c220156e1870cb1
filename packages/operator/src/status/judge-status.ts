import { isComplete } from '../cloud/backend-stack.ts';
import { formatRevision } from '../cloud/deployment-record.ts';
import type { RegionStatus, StageObservation, StageStatus, TableStatus } from './stage-status.ts';

/** Says what is amiss with a stage, from what was found. Pure. */
export function judgeStatus(findings: StageObservation): StageStatus {
  const { regions, table, records, place } = findings;
  const issues = [
    ...regions.flatMap(regionIssues),
    ...revisionIssues(regions),
    ...tableIssues(table, {
      regions: place.regions,
      isDeployed: regions.some(({ stack }) => stack !== null),
    }),
    ...failedRegions(findings),
  ];
  const notes = [
    ...(records.lock === null ? [] : [`${records.lock.by} deploys, since ${records.lock.since}`]),
    ...(records.error === null ? [] : [`What the stage noted of itself cannot be read: ${records.error}`]),
    ...regions.flatMap(lagNotes),
    ...unlistedNote(findings),
  ];
  return { ...findings, isWell: issues.length === 0, faults: issues, notes };
}

function regionIssues({
  region,
  role,
  stack,
  error,
  health,
  liveRevision,
  lag,
}: RegionStatus): readonly string[] {
  if (error !== null) return [`${region} cannot be read: ${error}`];
  if (stack === null) return [`${region} has no stack`];
  const issues: string[] = [];
  if (!isComplete(stack.status)) {
    const because = stack.statusReason === null ? '' : ` (${stack.statusReason.replace(/\.$/, '')})`;
    issues.push(`${region} is ${stack.status}${because}`);
  }
  if (stack.role !== null && stack.role !== role) {
    issues.push(`${region} is deployed as ${stack.role}, the topology has it as ${role}`);
  }
  if (stack.apiEndpoint === null) issues.push(`${region} puts out no endpoint`);
  if (health !== null && !health.isHealthy) {
    const how = health.httpStatus === null ? 'does not answer' : `answers ${health.httpStatus}`;
    const why = health.reasons.length === 0 ? '' : ` (${health.reasons.join(', ')})`;
    issues.push(`${region} ${how} to /health${why}`);
  }
  if (health !== null && health.answeredBy !== null && health.answeredBy !== region) {
    issues.push(`${region} is answered for by ${health.answeredBy}`);
  }
  if (liveRevision !== null && stack.revision !== null && liveRevision !== stack.revision) {
    const [runs, told] = [formatRevision(liveRevision), formatRevision(stack.revision)];
    issues.push(`${region} runs revision ${runs}, its stack says ${told}`);
  }
  const unseen = lag.filter(({ source, lagMs }) => source === 'probe' && lagMs === null);
  return [...issues, ...unseen.map(({ to, reason }) => `a write of ${region} in ${to}: ${reason}`)];
}

/** Drift between Regions. A stack that tells no revision differs from one that tells it. */
function revisionIssues(regions: readonly RegionStatus[]): readonly string[] {
  const told = regions.flatMap(({ region, stack }) =>
    stack === null || !isComplete(stack.status) ? [] : [{ region, revision: stack.revision }],
  );
  if (new Set(told.map(({ revision }) => revision)).size < 2) return [];
  const list = told.map(({ region, revision }) => `${region} ${formatRevision(revision)}`).join(', ');
  return [`the revisions differ: ${list}`];
}

function tableIssues(
  { tableName, replicas, error }: TableStatus,
  { regions, isDeployed }: { readonly regions: readonly string[]; readonly isDeployed: boolean },
): readonly string[] {
  // Where nothing is deployed, that there is no table is no news.
  if (replicas === null) return isDeployed ? [`the table cannot be read: ${error}`] : [];
  const known = new Set(replicas.map(({ region }) => region));
  const missing = regions.filter((region) => !known.has(region));
  const strange = replicas.filter(({ region }) => !regions.includes(region));
  const busy = replicas.filter(({ status }) => status !== 'ACTIVE');
  return [
    ...missing.map((region) => `${tableName} has no replica in ${region}`),
    ...strange.map(({ region }) => `${tableName} has a replica in ${region}, where the topology has none`),
    ...busy.map(({ region, status }) => `${tableName} is ${status} in ${region}`),
  ];
}

function failedRegions({ records, place }: StageObservation): readonly string[] {
  return Object.entries(records.deployment?.regions ?? {}).flatMap(([region, { state, revision }]) =>
    state === 'failed' && place.chosen.includes(region)
      ? [`the deployment of ${formatRevision(revision)} failed in ${region} and was not undone`]
      : [],
  );
}

function lagNotes({ region, lag }: RegionStatus): readonly string[] {
  return lag.flatMap(({ to, source, reason }) =>
    source === 'cloudwatch' && reason !== null && reason !== 'no data'
      ? [`Lag from ${region} to ${to} is not known: ${reason}`]
      : [],
  );
}

function unlistedNote({ place, regions }: StageObservation): readonly string[] {
  if (place.kind !== 'preview' || regions.some(({ stack }) => stack !== null)) return [];
  return [`The topology does not list '${place.branch}', so it is taken for a preview: check the name`];
}
