import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CommandError } from '@gsp/cli-kit';

/** The file by which the page finds the platform, beside the page. */
const OUTPUTS_NAME = 'amplify_outputs.json';

/**
 * The text of an outputs file, checked to be JSON.
 *
 * @throws {CommandError} `OutputsUnusable`
 */
export async function readOutputs(file: string): Promise<string> {
  const unusable = (state: string, cause: unknown) =>
    new CommandError(
      `Cannot build the console for hosting: ${file} ${state}, the page finds the platform by it. ` +
        'Write it with npm run outputs, which names the addresses of the local twin; on Amplify Hosting ampx pipeline-deploy writes it.',
      { code: 'OutputsUnusable', cause },
    );
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw unusable('cannot be read', cause);
  });
  try {
    JSON.parse(text);
  } catch (cause) {
    throw unusable('is no JSON', cause);
  }
  return text;
}

/**
 * Puts a built site and its outputs into a folder, in place of what an earlier build left there. The folder is replaced
 * whole, so that nobody is served half of one build and half of another.
 *
 * @throws {CommandError} `FolderInUse` when the folder holds what no build has put there; it is left alone then
 */
export async function publishConsole(
  siteDir: string,
  { outDir, outputs }: { readonly outDir: string; readonly outputs: string },
): Promise<void> {
  const target = resolve(outDir);
  const built = new Set([...(await readdir(siteDir)), 'assets', OUTPUTS_NAME]);
  const strange = (await readdir(target).catch(nothingIfAbsent)).filter((name) => !built.has(name));
  if (strange.length > 0) {
    throw new CommandError(
      `Cannot build into ${target}: it holds files that are not a build's (${strange.slice(0, 3).join(', ')}), a build replaces the whole folder. ` +
        'Remove them, or choose another folder with --out.',
      { code: 'FolderInUse' },
    );
  }
  const draft = `${target}.${process.pid}`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await cp(siteDir, draft, { recursive: true });
    await writeFile(join(draft, OUTPUTS_NAME), outputs);
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function nothingIfAbsent(error: unknown): string[] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}
