import type { RegionClients } from '../cloud/region-clients.ts';
import { deleteParameter, lockParameter, readParameter, writeParameter } from '../cloud/stage-parameters.ts';
import { TeardownError } from './teardown-error.ts';

/** Who holds a stage: the shape that `npm run deploy` writes and reads. */
export interface StageHolder {
  /** Unique to the run. */
  readonly id: string;
  /** `user@host`. */
  readonly by: string;
  readonly pid: number;
  /** UTC, ISO 8601. */
  readonly since: string;
}

/** Whose lock it is to be. */
export interface HoldOptions {
  readonly project: string;
  readonly stage: string;
  readonly branch: string;
  readonly holder: StageHolder;
}

/**
 * Takes the lock that deployments of the stage take, so that nothing is deployed while it is taken away.
 *
 *     us       create: made ── deletes stacks, table, records ── release
 *     deploy      create: there already ── refused, naming us
 *
 * @returns gives the lock back; one that is not ours any more is left alone
 * @throws {TeardownError} where somebody else holds it
 * @throws {CloudError} when Parameter Store cannot be asked
 */
export async function holdStage(clients: RegionClients, options: HoldOptions): Promise<() => Promise<void>> {
  const { holder } = options;
  const name = lockParameter(options);
  const isMade = await writeParameter(clients, name, JSON.stringify(holder), { create: true });
  const found = isMade ? null : await readParameter(clients, name);
  // False may mean that we made it, and that the answer was lost: then it holds our id.
  if (!isMade && !(found !== null && holds(found.value, holder)))
    throw held(clients, options, found?.value ?? '');
  return async () => {
    const current = await readParameter(clients, name);
    if (current !== null && holds(current.value, holder)) await deleteParameter(clients, name);
  };
}

/** @throws {TeardownError} where somebody holds the stage now; for asking before a person is asked anything */
export async function requireFree(
  clients: RegionClients,
  stage: Omit<HoldOptions, 'holder'>,
  signal: AbortSignal,
): Promise<void> {
  const found = await readParameter(clients, lockParameter(stage), signal);
  if (found !== null) throw held(clients, stage, found.value);
}

function held(
  { region }: RegionClients,
  stage: { readonly project: string; readonly stage: string; readonly branch: string },
  text: string,
): TeardownError {
  return new TeardownError(
    `Cannot tear down '${stage.branch}': ${describeHolder(text)} holds it, one that nobody deploys is needed. ` +
      `Wait for it; or, if you know that it is dead: aws ssm delete-parameter --name ${lockParameter(stage)} --region ${region}`,
  );
}

function describeHolder(text: string): string {
  const { by, pid, since } = parse(text);
  if (by === undefined) return 'somebody unknown';
  return `${by} (process ${pid ?? 'unknown'}, since ${since ?? 'unknown'})`;
}

function holds(text: string, { id }: StageHolder): boolean {
  return parse(text).id === id;
}

function parse(text: string): Partial<StageHolder> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
