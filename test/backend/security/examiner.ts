import { type ChildProcess, fork } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StageChanges } from '@gsp/platform/topology';

/** One synthesis: which definition, for which Region, and where its cloud assembly is written. */
export interface ExaminerJob {
  /** Definition to import, as a URL; one that this process has not imported yet. */
  readonly definition: string;
  readonly region: string;
  readonly outDir: string;
  /** CDK context. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** What {@link examineDefinition} is asked for. */
interface Examination extends Pick<ExaminerJob, 'definition' | 'region'> {
  /** Where the cloud assembly gets a folder. */
  readonly dir: string;
  /** Name of the branch. */
  readonly name: string;
  /** Settings to try out. @default - none */
  readonly changes?: StageChanges | undefined;
}

/** How a job ended. */
export interface ExaminerAnswer {
  /** Why there is no cloud assembly, where there is none. */
  readonly fault: string | undefined;
}

const CHILD = fileURLToPath(new URL('./examiner-child.ts', import.meta.url));
const ROOT_DIR = fileURLToPath(new URL('../../../', import.meta.url));
const LIMIT_MS = 60_000;

let child: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * Has a definition synthesized and examined, after those asked for before it: environment and CDK app are global to the
 * process that does it, which ends with this one.
 *
 * @returns the folder of the cloud assembly
 */
export async function examineDefinition(examination: Examination): Promise<string> {
  const { definition, region, dir, name, changes } = examination;
  const outDir = join(dir, 'assembly');
  await mkdir(outDir, { recursive: true });
  const context = {
    'amplify-backend-type': 'branch',
    'amplify-backend-namespace': 'd123',
    'amplify-backend-name': name,
    'aws:cdk:disable-stack-trace': true,
    ...(changes === undefined ? {} : { 'stage-changes': JSON.stringify(changes) }),
  };
  const done = last.then(() => answered({ definition, region, outDir, context }));
  last = done.catch(() => undefined);
  await done;
  return outDir;
}

function examiner(): ChildProcess {
  if (child?.connected) return child;
  // What one machine or build knows and another does not would make templates differ.
  const {
    CDK_DEFAULT_ACCOUNT: _account,
    PLATFORM_REVISION: _revision,
    AWS_COMMIT_ID: _commit,
    ...env
  } = process.env;
  child = fork(CHILD, {
    cwd: ROOT_DIR,
    env: { ...env, CDK_VALIDATION: 'false' },
    execArgv: ['--import', import.meta.resolve('tsx')],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return child;
}

function answered(job: ExaminerJob): Promise<void> {
  const process = examiner();
  return new Promise((resolve, reject) => {
    const end = (fault: string | undefined) => {
      clearTimeout(timer);
      process.off('message', onMessage).off('exit', onExit);
      if (fault === undefined) resolve();
      else reject(new Error(`Cannot examine ${job.region}: ${fault}`));
    };
    const onMessage = (message: unknown) => end((message as ExaminerAnswer).fault);
    const onExit = (code: number | null) => end(`its process ended with ${code}`);
    const timer = setTimeout(() => {
      process.kill('SIGKILL');
      end(`it did not end within ${LIMIT_MS} ms`);
    }, LIMIT_MS);
    process.on('message', onMessage).on('exit', onExit);
    process.send(job);
  });
}
