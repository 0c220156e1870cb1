import { spawn } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** One run of schemathesis. */
export interface SchemathesisRun {
  /** The interpreter of the environment that has it. */
  readonly python: string;
  /** API that is asked. */
  readonly url: string;
  /** Document that describes it. @default - the API's own `/openapi.json` */
  readonly document?: string;
  /** For how long it makes up requests; phases share it. */
  readonly seconds: number;
  /** Further options of its command line. @default - none */
  readonly options?: readonly string[];
  /** Folder of its own for the run; reports are left in it. What was there is removed. */
  readonly folder: string;
  readonly operator: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Region in whose name the operator's requests are signed, and all regions of the stage. */
  readonly region: string;
  readonly regions: readonly string[];
}

/** What came of a run. */
export interface SchemathesisResult {
  /** Whether every check held for every request. */
  readonly isKept: boolean;
  /** Requests made up and sent. */
  readonly cases: number;
  /** What it printed: failures with the request of each, as a command of curl. */
  readonly output: string;
}

const SETTINGS = join(import.meta.dirname, './schemathesis');
/** Beyond its own limit: to load the document, to finish what is under way, and to write the reports. */
const GRACE_MS = 90_000;

/**
 * Has schemathesis make up requests from the API's document and hold the answers against it. JUnit and JSON reports are
 * left in the folder.
 *
 * @throws {Error} when it cannot be run, or does not say how many requests there were
 */
export async function runSchemathesis(run: SchemathesisRun): Promise<SchemathesisResult> {
  const { python, url, document = `${url}/openapi.json`, seconds, options = [], folder } = run;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // It reads its settings from, and keeps its own files in, the folder that it is started in.
  await cp(SETTINGS, folder, { recursive: true });
  const args = ['run', document, '--url', url, '--max-time', String(seconds), '--no-color'];
  const reports = ['--report', 'junit,json', '--report-dir', 'reports', ...options];
  const { code, output } = await spawned(join(python, '../st'), [...args, ...reports], {
    cwd: folder,
    limitMs: seconds * 1_000 + GRACE_MS,
    env: {
      FUZZ_ACCESS_KEY_ID: run.operator.accessKeyId,
      FUZZ_SECRET_ACCESS_KEY: run.operator.secretAccessKey,
      FUZZ_REGION: run.region,
      FUZZ_REGIONS: run.regions.join(','),
    },
  });
  const cases = Number(/^\s*(\d+) generated/m.exec(output)?.[1]);
  if (!Number.isInteger(cases)) throw new Error(`Cannot tell what schemathesis did:\n${output}`);
  return { isKept: code === 0, cases, output };
}

function spawned(
  command: string,
  args: readonly string[],
  { cwd, env, limitMs }: { cwd: string; env: Record<string, string>; limitMs: number },
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, timeout: limitMs });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
