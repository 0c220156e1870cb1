import { readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { isRecord } from '../json-value.ts';
import { AssemblyError } from './assembly-error.ts';
import { isTemplate, type Template, type TemplateResource } from './template.ts';

/** Major versions of the cloud assembly schema that are read here. */
const SCHEMA_MIN = 36;
const SCHEMA_MAX = 55;
const REMEDY = 'Synthesize the backend again.';

/** A stack that is deployed by itself, as the manifest lists it. */
export interface RootStack {
  readonly stackName: string;
  /** The region the stack is bound to; absent where it goes wherever it is deployed. */
  readonly region?: string;
  readonly templateFile: string;
}

/** A cloud assembly on disk: its root stacks, and the files that templates refer to. */
export interface CloudAssembly {
  readonly rootStacks: readonly RootStack[];
  /** @throws {AssemblyError} `BrokenAssembly` when the file is missing or no template */
  readTemplate(file: string): Template;
  /**
   * The file or folder of an asset, absolute: by the resource's `aws:asset:path`, else by the hash in its S3 key.
   * Nothing when the resource names neither.
   */
  assetPath(resource: TemplateResource, objectKey: string | undefined): string | undefined;
  /** A path as templates are named: relative to the assembly. */
  relativePath(path: string): string;
}

/**
 * Opens a cloud assembly as the CDK and Amplify write it.
 * https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema
 *
 * @throws {AssemblyError} `BrokenAssembly` or `UnknownSchemaVersion`
 */
export function openCloudAssembly(directory: string): CloudAssembly {
  const manifest = readJson(directory, 'manifest.json');
  const artifacts = isRecord(manifest) && isRecord(manifest.artifacts) ? manifest.artifacts : undefined;
  if (!isRecord(manifest) || !artifacts) {
    throw new AssemblyError(
      'BrokenAssembly',
      `Cannot read ${join(directory, 'manifest.json')}: it lists no artifacts. ${REMEDY}`,
    );
  }
  checkSchemaVersion(directory, manifest.version);
  const assets = new Map<string, string>();
  const rootStacks: RootStack[] = [];
  for (const [id, artifact] of Object.entries(artifacts)) {
    if (!isRecord(artifact) || !isRecord(artifact.properties)) continue;
    if (artifact.type === 'cdk:asset-manifest')
      addAssets(assets, readJson(directory, String(artifact.properties.file)));
    if (artifact.type === 'aws:cloudformation:stack')
      rootStacks.push(rootStack(id, artifact, artifact.properties));
    if (artifact.type === 'cdk:cloud-assembly') throw nestedAssembly(id);
  }
  return {
    rootStacks,
    relativePath: (path) => relative(directory, path),
    readTemplate: (file) => readTemplate(directory, file),
    assetPath: ({ Metadata }, objectKey) => {
      const named = Metadata?.['aws:asset:path'];
      if (typeof named === 'string') return resolve(directory, named);
      if (objectKey === undefined) return undefined;
      const hash = basename(objectKey).replace(/\..*$/, '');
      return resolve(directory, assets.get(hash) ?? `asset.${hash}`);
    },
  };
}

function checkSchemaVersion(directory: string, version: unknown): void {
  const major = Number.parseInt(String(version), 10);
  if (major >= SCHEMA_MIN && major <= SCHEMA_MAX) return;
  throw new AssemblyError(
    'UnknownSchemaVersion',
    `Cannot read the cloud assembly in ${directory}: its schema version is ${version}, known are ${SCHEMA_MIN} to ${SCHEMA_MAX}. Install the aws-cdk-lib version of package-lock.json with "npm ci".`,
  );
}

function rootStack(
  id: string,
  { environment }: Readonly<Record<string, unknown>>,
  { stackName, templateFile }: Readonly<Record<string, unknown>>,
): RootStack {
  const region = typeof environment === 'string' ? environment.split('/').at(-1) : undefined;
  return {
    stackName: typeof stackName === 'string' ? stackName : id,
    templateFile: String(templateFile),
    ...(region !== undefined && region !== 'unknown-region' && { region }),
  };
}

function addAssets(assets: Map<string, string>, manifest: unknown): void {
  if (!isRecord(manifest) || !isRecord(manifest.files)) return;
  for (const [hash, file] of Object.entries(manifest.files)) {
    if (isRecord(file) && isRecord(file.source) && typeof file.source.path === 'string') {
      assets.set(hash, file.source.path);
    }
  }
}

function readTemplate(directory: string, file: string): Template {
  const template = readJson(directory, file);
  if (isTemplate(template)) return template;
  throw new AssemblyError(
    'BrokenAssembly',
    `Cannot use ${join(directory, file)}: it is JSON, but no CloudFormation template with resources. ${REMEDY}`,
    { template: file },
  );
}

function readJson(directory: string, file: string): unknown {
  const path = join(directory, file);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const state = missing
      ? 'there is no such file'
      : error instanceof SyntaxError
        ? 'it is not JSON'
        : String(error);
    throw new AssemblyError(
      'BrokenAssembly',
      `Cannot read ${path}: ${state}, a cloud assembly needs it. ${REMEDY}`,
      {
        template: file,
        cause: error,
      },
    );
  }
}

function nestedAssembly(id: string): AssemblyError {
  return new AssemblyError(
    'BrokenAssembly',
    `Cannot use stage "${id}" of the cloud assembly: only stacks of the app itself are run. Define the stacks without a CDK Stage.`,
  );
}
