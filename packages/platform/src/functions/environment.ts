import { limits } from '../contract/limits.ts';

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What a function is told by its configuration: read once, at module load. */
export interface Environment {
  /** Region this function runs in. */
  readonly region: string;
  /** Every region of the stage, in topology order; contains {@link Environment.region}. */
  readonly regions: readonly string[];
  readonly tableName: string;
  readonly project: string;
  readonly stage: string;
  /** Largest accepted request body, in decoded bytes. */
  readonly bodyLimitBytes: number;
  /** Life of an item whose writer names none. */
  readonly defaultTtlSeconds: number;
  /** How long a deletion is remembered. */
  readonly tombstoneTtlSeconds: number;
  /** Life of an entry in the conflict log. */
  readonly conflictTtlSeconds: number;
  /** How long an idempotency key is good for, from its time on. */
  readonly idempotencyTtlSeconds: number;
  /** How the regions' replicas agree: by the last writer, or before a write is answered. */
  readonly consistency: Consistency;
  /** What is deployed, where whoever deployed said it. */
  readonly revision?: string;
  /** Names of the secrets by which the edge proves itself; absent where the region answers whoever asks it. */
  readonly originSecrets?: readonly [string, string];
}

/** The two modes of a global table. */
type Consistency = (typeof consistencies)[number];

const consistencies = ['eventual', 'strong'] as const;

/** Thrown when a function's environment variables are missing or nonsense; names every issue at once. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/**
 * Reads the environment variables of a function.
 *
 * @throws EnvironmentError listing every variable that is missing or out of range.
 */
export function parseEnvironment(variables: Variables): Environment {
  const issues: string[] = [];
  const text = (name: string): string => {
    const value = variables[name]?.trim() ?? '';
    if (value === '') issues.push(`${name} is missing or empty`);
    return value;
  };
  const whole = (name: string, max: number): number => {
    const value = text(name);
    const number = Number(value);
    const inRange = /^\d+$/.test(value) && number >= 1 && number <= max;
    if (value !== '' && !inRange)
      issues.push(`${name} is "${value}", a whole number from 1 to ${max} is needed`);
    return number;
  };
  const oneOf = <T extends string>(name: string, values: readonly [T, ...T[]]): T => {
    const value = text(name);
    const known = values.find((candidate) => candidate === value);
    if (value !== '' && known === undefined)
      issues.push(`${name} is "${value}", one of ${values.join(', ')} is needed`);
    return known ?? values[0];
  };

  const list = (name: string): string[] =>
    text(name)
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '');
  // A check that is configured wrongly must not be taken for one that is off.
  const pair = (name: string): readonly [string, string] => {
    const [first = '', second = '', ...rest] = list(name);
    if (second === '' || first === second || rest.length > 0)
      issues.push(`${name} has to name two different secrets, separated by a comma`);
    return [first, second];
  };

  const region = text('AWS_REGION');
  const regions = list('REGIONS');
  if (regions.length > 0 && region !== '' && !regions.includes(region)) {
    issues.push(`AWS_REGION is "${region}", one of REGIONS (${regions.join(', ')}) is needed`);
  }
  const environment: Environment = {
    region,
    regions,
    tableName: text('TABLE_NAME'),
    project: text('PROJECT'),
    stage: text('STAGE'),
    bodyLimitBytes: whole('BODY_LIMIT_BYTES', limits.bodyLimitBytesMax),
    defaultTtlSeconds: whole('DEFAULT_TTL_SECONDS', limits.ttlSecondsMax),
    tombstoneTtlSeconds: whole('TOMBSTONE_TTL_SECONDS', limits.ttlSecondsMax),
    conflictTtlSeconds: whole('CONFLICT_TTL_SECONDS', limits.ttlSecondsMax),
    idempotencyTtlSeconds: whole('IDEMPOTENCY_TTL_SECONDS', limits.ttlSecondsMax),
    consistency: oneOf('CONSISTENCY', consistencies),
    ...(variables.REVISION === undefined ? {} : { revision: variables.REVISION }),
    ...(variables.ORIGIN_SECRETS === undefined ? {} : { originSecrets: pair('ORIGIN_SECRETS') }),
  };
  if (issues.length > 0) {
    throw new EnvironmentError(
      `Cannot start the function: ${issues.join('; ')}. Deploy the backend again, it sets these variables`,
    );
  }
  return environment;
}
