import type { ResolvedRegion } from '../assembly/resolved-region.ts';
import type { RegionStatus } from '../control/twin-region.ts';
import type { SecretsState } from '../control/twin-state.ts';
import type { Listener } from '../dynamodb/protocol/listener.ts';
import type { SecretDefinition } from '../secrets-manager/secret-definition.ts';
import { replaceSecretReferences, type SecretReference } from '../secrets-manager/secret-reference.ts';
import { SecretStore } from '../secrets-manager/secret-store.ts';
import { startSecretsManager } from '../secrets-manager/secrets-manager.ts';
import { SecretsManagerError } from '../secrets-manager/secrets-manager-error.ts';
import { TwinError } from '../twin-error.ts';
import type { PortPlan } from './port-plan.ts';

/** What Secrets Manager is run with. */
export interface SecretServicesOptions {
  readonly regions: readonly ResolvedRegion[];
  readonly plan: PortPlan;
  readonly dataDir: string;
  /** How a region of the twin is; nothing for any other. */
  readonly statusOf: (region: string) => RegionStatus | undefined;
}

/** Secrets Manager of all regions, those included of which the twin runs nothing else. */
export interface SecretServices {
  state(): SecretsState;
  /** Takes over the secrets of a changed definition: new ones get a value, known ones keep theirs. */
  swap(regions: readonly ResolvedRegion[]): void;
  /**
   * A text with the present value in place of every reference to a secret.
   *
   * @throws {TwinError} `DefinitionUnusable` for a secret that no template has
   */
  resolve(text: string): string;
  close(): Promise<void>;
}

/** With these a region's processes are gone, or about to be. */
const GONE: ReadonlySet<RegionStatus> = new Set(['down', 'stopped']);

/**
 * Starts Secrets Manager. It answers for a region while that runs, and always for the home of a secret where the twin has no
 * region, as us-east-1 is for an edge.
 *
 * @throws {TwinError} `PortInUse`, `DataDirectoryUnusable`
 */
export async function startSecretServices(options: SecretServicesOptions): Promise<SecretServices> {
  const { plan, dataDir, statusOf } = options;
  const store = new SecretStore(dataDir);
  let definitions = secretsIn(options.regions);
  store.apply(definitions);
  const listener = await listening(plan, (port) =>
    startSecretsManager({
      listen: { host: '127.0.0.1', port },
      store,
      statusOf(region) {
        const status = statusOf(region);
        if (status !== undefined) return GONE.has(status) ? 'gone' : 'up';
        return definitions.some(({ homeRegion }) => homeRegion === region) ? 'up' : 'unknown';
      },
    }),
  );
  return {
    state: () => ({ url: listener.url, secrets: store.list() }),
    swap(regions) {
      definitions = secretsIn(regions);
      store.apply(definitions);
    },
    resolve: (text) =>
      replaceSecretReferences(text, (reference) => secretValue(reference, { store, definitions })),
    close: () => listener.close(),
  };
}

/** One secret for a name: replicas are made by the stack of its home. */
function secretsIn(regions: readonly ResolvedRegion[]): SecretDefinition[] {
  const byName = new Map(regions.flatMap(({ secrets }) => secrets).map((secret) => [secret.name, secret]));
  return [...byName.values()];
}

/** The value as the stack of the secret's home sees it. */
function secretValue(
  { secretId, jsonKey, versionStage, versionId }: SecretReference,
  { store, definitions }: { store: SecretStore; definitions: readonly SecretDefinition[] },
): string {
  const home = definitions.find(({ name }) => secretId === name || secretId.includes(`:secret:${name}`));
  try {
    const region = home?.homeRegion ?? '';
    const { text } = store.get({ region, secretId, versionStage, versionId });
    return jsonKey === undefined ? text : memberOf(text, jsonKey);
  } catch (cause) {
    if (!(cause instanceof SecretsManagerError)) throw cause;
    throw new TwinError(
      'DefinitionUnusable',
      `Cannot resolve {{resolve:secretsmanager:${secretId}…}}: the twin has no such secret value (${cause.message}). ` +
        'Create the secret in the templates.',
      { cause },
    );
  }
}

/** Without the parser's error, which quotes the value. */
function memberOf(text: string, key: string): string {
  let value: unknown;
  try {
    value = (JSON.parse(text) as Record<string, unknown> | null)?.[key];
  } catch {
    value = undefined;
  }
  if (value !== undefined) return String(value);
  throw new SecretsManagerError('ResourceNotFoundException', `its value has no member ${key}`);
}

async function listening(plan: PortPlan, start: (port: number) => Promise<Listener>): Promise<Listener> {
  try {
    return await start(plan.secretsPort);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause;
    throw new TwinError(
      'PortInUse',
      `Cannot serve Secrets Manager: port ${plan.secretsPort} is in use. Choose others with --port-base N.`,
      { cause },
    );
  }
}
