import ora, { type Ora } from 'ora';
import type { DeployEvent } from './deploy-event.ts';

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
