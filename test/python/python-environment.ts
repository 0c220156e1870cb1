import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

/** Why there can be none of the tools that are written in Python on this machine, or null where there can be one. */
export async function whyNoPython(): Promise<string | null> {
  try {
    await run('python3', ['-m', 'pip', '--version'], { timeout: 30_000 });
    await run('python3', ['-c', 'import ensurepip, venv'], { timeout: 30_000 });
    return null;
  } catch (error) {
    return `python3 with pip and venv is needed: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  }
}

/**
 * The interpreter of a virtual environment that holds what this requirements file lists, made where there is none yet. It is
 * kept under `.amplify/`, by the digest of its requirements: the next test finds it, and a new version gets another.
 *
 * @param requirements path of the file
 */
export async function pythonEnvironment(requirements: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const dir = join(ROOT, '.amplify/python', digest.slice(0, 12));
  const [python, whole] = [join(dir, 'bin/python'), join(dir, '.whole')];
  if (await exists(whole)) return python;
  // Left half made by an earlier run that was ended.
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await run('python3', ['-m', 'venv', dir], { timeout: 120_000 });
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements], {
    timeout: 240_000,
  });
  await writeFile(whole, '');
  return python;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
