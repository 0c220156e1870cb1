import { randomUUID } from 'node:crypto';
import { generateSecret } from './generate-secret.ts';
import type { SecretDefinition } from './secret-definition.ts';
import { readSecretFile, type SecretVersion, type SecretVersions, writeSecretFile } from './secret-file.ts';
import { SecretsManagerError } from './secrets-manager-error.ts';

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

/** Which version of which secret, as a region is asked for it. */
export interface SecretQuery {
  readonly region: string;
  /** The name, or the ARN with or without its suffix. */
  readonly secretId: string;
  readonly versionId?: string | undefined;
  /** @default 'AWSCURRENT' */
  readonly versionStage?: string | undefined;
}

/** A version with the names under which its region knows it. */
export interface FoundSecret extends SecretVersion {
  readonly name: string;
  readonly arn: string;
}

/** A value that is to become the current one. */
export interface NewSecretValue {
  readonly region: string;
  readonly secretId: string;
  readonly text: string;
  /** Makes a repeated request the same request. @default - a new one */
  readonly token?: string | undefined;
}

/**
 * The secrets of all regions. A replica has the value of its home region from the same moment on: how long AWS takes it
 * does not document.
 */
export class SecretStore {
  readonly #dataDir: string;
  readonly #clock: () => number;
  readonly #versions: SecretVersions;
  #definitions: readonly SecretDefinition[] = [];

  /**
   * @param dataDir - a folder that this process owns; values that are there are kept
   * @throws {TwinError} `DataDirectoryUnusable`
   */
  constructor(dataDir: string, clock: () => number = Date.now) {
    this.#dataDir = dataDir;
    this.#clock = clock;
    this.#versions = readSecretFile(dataDir);
  }

  /**
   * Makes the secrets those of the templates: new ones get a first value, known ones keep theirs. One that is gone is
   * answered no more; its value is kept, as AWS does for a while.
   *
   * @throws {TwinError} `DataDirectoryUnusable`
   */
  apply(definitions: readonly SecretDefinition[]): void {
    this.#definitions = definitions;
    const missing = definitions.filter(({ name }) => !Object.hasOwn(this.#versions, name));
    for (const { name, origin } of missing)
      this.#versions[name] = [this.#version(generateSecret(origin), randomUUID())];
    if (missing.length > 0) writeSecretFile(this.#dataDir, this.#versions);
  }

  /** Names and places of the secrets, without a value. */
  list(): {
    readonly name: string;
    readonly homeRegion: string;
    readonly replicaRegions: readonly string[];
  }[] {
    return this.#definitions.map(({ name, homeRegion, replicaRegions }) => ({
      name,
      homeRegion,
      replicaRegions,
    }));
  }

  /** @throws {SecretsManagerError} `ResourceNotFoundException` when the region has no such secret, or no such version */
  get(query: SecretQuery): FoundSecret {
    const definition = this.#find(query);
    const { versionId, versionStage = versionId === undefined ? CURRENT : undefined } = query;
    const found = this.#of(definition).find(
      (version) =>
        (versionId === undefined || version.versionId === versionId) &&
        (versionStage === undefined || version.stages.includes(versionStage)),
    );
    if (found !== undefined) return { ...found, name: definition.name, arn: arnIn(definition, query.region) };
    const wanted = versionStage === undefined ? `version ${versionId}` : `staging label: ${versionStage}`;
    throw new SecretsManagerError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${wanted}`,
    );
  }

  /**
   * Gives a secret a new current value, in every region at once; the one before becomes `AWSPREVIOUS`.
   *
   * @throws {SecretsManagerError} `ResourceNotFoundException`; `InvalidRequestException` on a replica;
   *   `ResourceExistsException` when the token stands for another value
   * @throws {TwinError} `DataDirectoryUnusable`
   */
  put({ region, secretId, text, token = randomUUID() }: NewSecretValue): FoundSecret {
    const definition = this.#find({ region, secretId });
    if (region !== definition.homeRegion) {
      throw new SecretsManagerError(
        'InvalidRequestException',
        `Operation not permitted on a replica secret. Call must be made in primary secret's region, ${definition.homeRegion}.`,
      );
    }
    const known = this.#of(definition);
    const repeated = known.find(({ versionId }) => versionId === token);
    if (repeated !== undefined && repeated.text !== text) {
      throw new SecretsManagerError(
        'ResourceExistsException',
        'A version with this ClientRequestToken and another value exists already',
      );
    }
    if (repeated === undefined) {
      const previous = known.filter(({ stages }) => stages.includes(CURRENT));
      this.#versions[definition.name] = [
        this.#version(text, token),
        ...previous.map((version) => ({ ...version, stages: [PREVIOUS] })),
      ];
      writeSecretFile(this.#dataDir, this.#versions);
    }
    return this.get({ region, secretId, versionId: token });
  }

  #of({ name }: SecretDefinition): readonly SecretVersion[] {
    return this.#versions[name] ?? [];
  }

  #version(text: string, versionId: string): SecretVersion {
    return { versionId, text, stages: [CURRENT], createdAtMs: this.#clock() };
  }

  #find({ region, secretId }: Pick<SecretQuery, 'region' | 'secretId'>): SecretDefinition {
    const found = this.#definitions.find((definition) => {
      const { name, homeRegion, replicaRegions } = definition;
      const arn = arnIn(definition, region);
      const isHere = homeRegion === region || replicaRegions.includes(region);
      return isHere && [name, arn, arn.replace(/-[^-]*$/, '')].includes(secretId);
    });
    if (found !== undefined) return found;
    throw new SecretsManagerError(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret.",
    );
  }
}

function arnIn({ accountId, name, arnSuffix }: SecretDefinition, region: string): string {
  return `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${arnSuffix}`;
}
