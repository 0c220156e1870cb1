import Table from 'cli-table3';
import ora, { type Ora } from 'ora';
import type { DeploymentResult, RegionResult } from './deployment-result.ts';
import type { DeployEvent, JournalLine } from './journal.ts';

const REVISION_CHARACTERS = 12;

/** The end of a deployment for a person: a line for each region, then what to know. */
export function renderDeployment({ stage, revision, regions, afterDeploy }: DeploymentResult): string {
  const table = new Table({
    head: ['region', 'outcome', 'runs', 'deploy', 'smoke', 'replication', 'bake'],
    style: { head: [], border: [] },
  });
  table.push(...regions.map(rowOf));
  const warnings = regions.flatMap((result) => result.warnings.map((warning) => `! ${warning}`));
  const next = afterDeploy.map((command) => `→ Once every region has it: ${command}`);
  return [`${stage} at ${short(revision)}`, table.toString(), ...warnings, ...next].join('\n');
}

/** A stage's journal as a table. */
export function renderJournal(lines: readonly JournalLine[]): string {
  const table = new Table({
    head: ['when', 'deployment', 'region', 'step', 'state', 'took', 'what'],
    style: { head: [], border: [] },
    colWidths: [null, null, null, null, null, null, 70],
    wordWrap: true,
  });
  table.push(
    ...lines.map(({ at, id, region = '', step, state, durationMs, detail = '' }) => [
      at,
      id,
      region,
      step,
      state,
      seconds(durationMs),
      detail,
    ]),
  );
  return table.toString();
}

function rowOf({ region, outcome, revisionNow, durations, replication }: RegionResult): string[] {
  const { deployMs, smokeMs, bakeMs } = durations;
  const lags = replication.map(({ from, to, lagMs }) => `${from} → ${to} ${lagMs} ms`).join('\n');
  return [
    region,
    outcome,
    short(revisionNow ?? '-'),
    seconds(deployMs),
    seconds(smokeMs),
    lags,
    seconds(bakeMs),
  ];
}

function short(revision: string): string {
  return /^[0-9a-f]{40}/.test(revision)
    ? `${revision.slice(0, REVISION_CHARACTERS)}${revision.slice(40)}`
    : revision;
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '' : `${(ms / 1_000).toFixed(1)} s`;
}

/** Shows a deployment while it goes on. */
export interface DeploymentWatch {
  report(event: DeployEvent): void;
  /** How far the step under way is. */
  progress(text: string): void;
  /** Ends what turns. */
  close(): void;
}

const LABEL: Readonly<Record<DeployEvent['step'], string>> = {
  preflight: 'preflight',
  plan: 'plan',
  lock: 'lock',
  skip: 'skipped',
  deploy: 'deploy',
  smoke: 'smoke test',
  replication: 'replication',
  bake: 'bake',
  record: 'record',
  rollback: 'ROLLBACK',
  end: 'end',
};

/**
 * Progress on standard error, so that a result on standard output stays clean: turning on a terminal, a line for each
 * step in a log.
 */
export function watchDeployment(): DeploymentWatch {
  let spinner: Ora | null = null;
  let label = '';
  return {
    report(event) {
      const { step, state, region, durationMs, detail } = event;
      const title = `${region === undefined ? '' : `${region}: `}${LABEL[step]}`;
      const text = [title, ...(detail === undefined ? [] : [detail])].join(', ');
      if (state === 'begun') {
        label = title;
        spinner = ora({ text: title, discardStdin: false, stream: process.stderr }).start();
        return;
      }
      const shown = spinner ?? ora({ stream: process.stderr, discardStdin: false });
      const took = durationMs === undefined ? '' : ` (${(durationMs / 1_000).toFixed(1)} s)`;
      if (state === 'done') shown.succeed(`${text}${took}`);
      else if (state === 'failed') shown.fail(`${text}${took}`);
      else if (step !== 'record') shown.info(text);
      if (state !== 'noted') spinner = null;
    },
    progress(text) {
      if (spinner !== null) spinner.text = `${label}: ${text}`;
    },
    close() {
      spinner?.stop();
      spinner = null;
    },
  };
}
