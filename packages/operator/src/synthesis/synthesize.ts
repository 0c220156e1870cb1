import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBuild, fingerprintOf, keepBuild, pruneBuilds } from '@gsp/cli-kit';
import type { StageChanges } from '@gsp/platform/topology';
import { SynthesisError } from './synthesis-error.ts';
import { type BackendIdentity, synthesizeInProcess } from './synthesis-process.ts';

/** What {@link synthesize} is asked for. */
export interface SynthesizeOptions {
  /** The project. */
  readonly rootDir: string;
  readonly regions: readonly string[];
  readonly backend: BackendIdentity;
  /** Zone of the local twin, for stages without one, such as `gsp.test`. @default - none, as for a deployment */
  readonly localZoneName?: string;
  /** Settings to try out instead of the stage's own, in the form of a stage in the topology. @default - none */
  readonly changes?: StageChanges | undefined;
  /** Folder to copy the assemblies to, each into one named after its Region. @default - they stay in the cache */
  readonly outDir?: string;
  /** @default '.amplify/synthesis' */
  readonly cacheDir?: string;
  /** Whether CDK checks the templates and writes `validation-report.json`; twice the time. @default false */
  readonly validate?: boolean;
  /** @default 120000 - for each Region */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Told when a Region's assembly is found in the cache, begun, or done. */
  readonly onProgress?: (progress: SynthesisProgress) => void;
  /** Definition to import, as a URL. @default - amplify/backend.ts */
  readonly definition?: string;
}

/** How far one Region is. */
interface SynthesisProgress {
  readonly region: string;
  readonly state: 'cached' | 'begun' | 'done';
}

/** One Region's cloud assembly. */
export interface SynthesizedRegion {
  readonly region: string;
  /** Folder with `manifest.json`, templates and bundled functions. */
  readonly assemblyDir: string;
  /** Whether nothing has changed since it was made. */
  readonly fromCache: boolean;
}

const ATTEMPTS_MAX = 3;

/** What of a project decides what is synthesized. */
const SOURCES = [
  'amplify',
  'packages/platform/src',
  'packages/platform/package.json',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
];

/** This step, which decides it as well. */
const OWN_SOURCES = ['./synthesize-child.ts', './synthesis-process.ts'].map((file) =>
  fileURLToPath(new URL(file, import.meta.url)),
);

/**
 * Synthesizes the backend for each Region, as `ampx` would, without credentials and side by side. A
 * definition that has not changed since is found in the cache, which takes milliseconds.
 *
 * @returns the assemblies in the order of `regions`
 * @throws {SynthesisError} where the definition is wrong or takes too long; told once where all Regions
 *   have the same to say. Nothing is left running, and the cache keeps only whole assemblies
 * @throws the signal's reason, where it aborts
 */
export async function synthesize(options: SynthesizeOptions): Promise<SynthesizedRegion[]> {
  const { rootDir, regions, outDir } = options;
  const { cacheDir = join(rootDir, '.amplify/synthesis') } = options;
  const signal = options.signal ?? new AbortController().signal;
  const sources = [
    ...SOURCES.map((path) => join(rootDir, path)),
    ...OWN_SOURCES,
    ...definitionFiles(options.definition),
  ];

  const outcomes = await Promise.allSettled(
    regions.map((region) => synthesizeRegion(region, { ...options, rootDir, cacheDir, signal, sources })),
  );
  options.signal?.throwIfAborted();
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (failures.length > 0) throw oneFailure(failures);
  const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  await pruneBuilds(cacheDir);
  return outDir === undefined ? made : Promise.all(made.map((region) => copyTo(outDir, region)));
}

interface RegionOptions extends SynthesizeOptions {
  readonly rootDir: string;
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly sources: readonly string[];
}

async function synthesizeRegion(region: string, options: RegionOptions): Promise<SynthesizedRegion> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const made = await synthesizeUnchanged(region, options);
    if (made) return made;
  }
  throw new SynthesisError(
    'definition',
    [region],
    `its files changed during each of ${ATTEMPTS_MAX} attempts. Try again when they are at rest`,
  );
}

/**
 * The Region's assembly, or undefined where a file changed before it was done: nobody can tell then which
 * version of the file it was made of, and it must not be found under either's fingerprint.
 *
 *     fingerprint of A ... definition reads A, B or a part of each ... fingerprint of B: thrown away
 *                              ^ a file is saved
 */
async function synthesizeUnchanged(
  region: string,
  options: RegionOptions,
): Promise<SynthesizedRegion | undefined> {
  const {
    rootDir,
    backend,
    cacheDir,
    signal,
    sources,
    definition,
    localZoneName,
    changes,
    validate = false,
    timeoutMs = 120_000,
    onProgress,
  } = options;
  const { type, namespace, name } = backend;
  const nodeMajor = process.versions.node.split('.')[0] ?? '';
  const facts = [
    region,
    type,
    namespace,
    name,
    String(validate),
    nodeMajor,
    definition ?? '',
    localZoneName ?? '',
    changes === undefined ? '' : JSON.stringify(changes),
  ];
  const fingerprint = await fingerprintOf(sources, facts);
  const known = await findBuild(cacheDir, fingerprint);
  if (known !== undefined) {
    onProgress?.({ region, state: 'cached' });
    return { region, assemblyDir: known, fromCache: true };
  }
  onProgress?.({ region, state: 'begun' });
  const assemblyDir = await keepBuild(cacheDir, fingerprint, async (outDir) => {
    await synthesizeInProcess({
      rootDir,
      region,
      backend,
      outDir,
      cacheDir,
      validate,
      timeoutMs,
      signal,
      definition,
      localZoneName,
      changes,
    });
    return (await fingerprintOf(sources, facts)) === fingerprint;
  });
  if (assemblyDir === undefined) return undefined;
  onProgress?.({ region, state: 'done' });
  return { region, assemblyDir, fromCache: false };
}

/** One error for all Regions where they agree, which is what a fault in a shared definition leads to. */
function oneFailure(failures: readonly unknown[]): unknown {
  const [first] = failures;
  if (!(first instanceof SynthesisError)) return first;
  const same = failures.filter(
    (other): other is SynthesisError =>
      other instanceof SynthesisError && other.code === first.code && other.reason === first.reason,
  );
  return new SynthesisError(
    first.code,
    same.flatMap(({ regions }) => regions),
    first.reason,
  );
}

async function copyTo(outDir: string, made: SynthesizedRegion): Promise<SynthesizedRegion> {
  const target = join(outDir, made.region);
  const unfinished = `${target}.${process.pid}`;
  await mkdir(outDir, { recursive: true });
  await cp(made.assemblyDir, unfinished, { recursive: true });
  await rm(target, { recursive: true, force: true });
  await rename(unfinished, target);
  return { ...made, assemblyDir: target };
}

function definitionFiles(definition: string | undefined): string[] {
  return definition === undefined ? [] : [fileURLToPath(definition)];
}
