import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Runs a program and resolves with what it printed. */
export const run = promisify(execFile);

/** Name of the package. */
export const clientPackageName = '@gsp/client';

/** The repository, whose installed packages the projects share. */
export const repository = path.join(import.meta.dirname, '../..');

/** Makes a project that has the packed client, and of what it needs only these. Resolves with the project's folder. */
export async function installClient(
  tarball: string,
  { project, needed }: { project: string; needed: readonly string[] },
): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), `${project}-`));
  const modules = path.join(home, 'node_modules');
  const client = path.join(modules, clientPackageName);
  await mkdir(client, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', client, '--strip-components=1']);
  for (const each of needed)
    await symlink(path.join(repository, 'node_modules', each), path.join(modules, each));
  await writeFile(path.join(home, 'package.json'), '{"type":"module"}');
  return home;
}

/** Runs a program of a project in Node; resolves with what it printed as JSON. */
export async function runProgram(home: string, program: string): Promise<unknown> {
  await writeFile(path.join(home, 'program.js'), program);
  const { stdout } = await run(process.execPath, ['program.js'], { cwd: home, timeout: 30_000 });
  return JSON.parse(stdout);
}

/** Bundles a page of a project for a browser. */
export async function bundlePage(home: string, page: string) {
  await writeFile(path.join(home, 'page.js'), page);
  const { outputFiles, metafile } = await build({
    absWorkingDir: home,
    entryPoints: ['page.js'],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const [bundle] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  const kept = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return {
    text: bundle?.text ?? '',
    gzipBytes: gzipSync(bundle?.contents ?? '').byteLength,
    /** Modules of which something is in the bundle. */
    modules: kept.map(([input]) => input.replace(/^.*node_modules\//, '')),
  };
}

/** Writes each example of the installed README into a file of the project. Resolves with their names. */
export async function writeExamples(home: string): Promise<readonly string[]> {
  const readme = await readFile(path.join(home, 'node_modules', clientPackageName, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/```[jt]s\n(.*?)```/gs)].map(([, code = '']) => code);
  for (const [index, code] of examples.entries())
    await writeFile(path.join(home, `readme-${index}.ts`), code);
  return examples.map((_, index) => `readme-${index}.ts`);
}

/** Compiles a project; resolves with what the compiler says. */
export async function compileProject(config: string): Promise<string> {
  const compiler = path.join(repository, 'node_modules/typescript/bin/tsc');
  const ended = run(process.execPath, [compiler, '-p', config]);
  const { stdout } = await ended.catch((error: { stdout: string }) => error);
  return stdout;
}
