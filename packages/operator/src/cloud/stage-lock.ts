import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { CommandError } from '@gsp/cli-kit';
import * as z from 'zod/mini';
import type { RegionClients } from './region-clients.ts';
import { deleteParameter, lockParameter, readParameter, writeParameter } from './stage-parameters.ts';

const holderSchema = z.object({
  /** Of the run that holds it, unique. */
  id: z.string(),
  /** `user@host`. */
  by: z.string(),
  pid: z.number(),
  /** UTC, milliseconds. */
  since: z.string(),
});

/** Who changes a stage. */
export type LockHolder = Readonly<z.infer<typeof holderSchema>>;

/** The stage's lock, while we hold it. */
export interface StageLock {
  /** @throws {CommandError} where somebody has taken it over */
  require(): Promise<void>;
  /** Gives it back; what is not ours any more is left alone. */
  release(): Promise<void>;
}

/** Which stage, and what for. */
export interface LockPurpose {
  readonly target: { readonly project: string; readonly stage: string; readonly branch: string };
  readonly purpose: 'deploy' | 'tear down';
}

/** Whose lock it is to be, and what to do with another's. */
export interface LockOptions extends LockPurpose {
  readonly holder: LockHolder;
  /** Told whose lock was taken over. @default - a lock that somebody holds is not taken over */
  readonly onBroken?: ((former: string) => void) | undefined;
}

/** This process as a holder. */
export function newLockHolder(id: string = randomUUID()): LockHolder {
  return {
    id,
    by: `${userInfo().username}@${hostname()}`,
    pid: process.pid,
    since: new Date().toISOString(),
  };
}

/**
 * Takes the stage's lock, a parameter in its primary region, so that two deployments cannot cross, nor one and a
 * teardown. Only one of several writers can create a parameter:
 *
 *     A   create: made ──────────── deploys ─────────────── read: A's ── delete
 *     B        create: there already ── read: A's ── refused
 *
 * A lock outlives a process that was killed, and is then broken by hand. Whoever was wrongly thought dead must notice:
 *
 *     A   create: made ── region 1 ───────────────────────── read: B's, ends before region 2 and deletes nothing
 *     B                      break: overwrite ── read: B's ── deploys
 *     C                         break: overwrite first ── read: B's, refused
 *
 * @throws {CommandError} where somebody else holds it
 * @throws {CloudError} when Parameter Store cannot be asked
 */
export async function takeLock(clients: RegionClients, options: LockOptions): Promise<StageLock> {
  const { target, holder, onBroken } = options;
  const name = lockParameter(target);
  const text = JSON.stringify(holder);
  const requireOurs = async () => {
    const found = await readParameter(clients, name);
    if (found === null || parseHolder(found.value)?.id !== holder.id)
      throw takenOver(target.stage, found?.value);
  };
  if (!(await writeParameter(clients, name, text, { create: true }))) {
    const former = await readParameter(clients, name);
    // We made it, and the answer was lost: the client asked again, and was told that it is there.
    const isOurs = former !== null && parseHolder(former.value)?.id === holder.id;
    if (!isOurs && onBroken === undefined) throw isHeld(clients, options, former?.value);
    if (!isOurs) {
      await writeParameter(clients, name, text);
      await requireOurs();
      onBroken?.(describeHolder(former?.value));
    }
  }
  return { require: requireOurs, release: () => release(clients, name, holder) };
}

/** @throws {CommandError} where somebody holds the stage now; for asking before a person is asked anything */
export async function requireFree(
  clients: RegionClients,
  purpose: LockPurpose,
  signal: AbortSignal,
): Promise<void> {
  const found = await readParameter(clients, lockParameter(purpose.target), signal);
  if (found !== null) throw isHeld(clients, purpose, found.value);
}

/** The holder that a lock's text names; null where it is none. */
export function parseHolder(text: string): LockHolder | null {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Deletes the lock if it is ours. Parameter Store deletes without a condition, so between both steps another may
 * break it; a breaker that finds its lock gone ends at its next step, as {@link StageLock.require} finds out:
 *
 *     A   read: A's ──────────────────────── delete (B's)
 *     B               break: overwrite, read: B's ─────────── require: gone, ends before it changes anything more
 */
async function release(clients: RegionClients, name: string, holder: LockHolder): Promise<void> {
  const found = await readParameter(clients, name);
  if (found === null || parseHolder(found.value)?.id !== holder.id) return;
  await deleteParameter(clients, name);
}

function isHeld(
  { region }: RegionClients,
  { target, purpose }: LockPurpose,
  text: string | undefined,
): CommandError {
  if (purpose === 'deploy')
    return new CommandError(
      `Cannot deploy ${target.stage}: ${describeHolder(text)} is deploying it, one deployment at a time is possible. ` +
        'Wait for it, or, if you know that it is dead, say --break-lock.',
    );
  const holder = parseHolder(text ?? '');
  const who =
    holder === null ? 'somebody unknown' : `${holder.by} (process ${holder.pid}, since ${holder.since})`;
  return new CommandError(
    `Cannot tear down '${target.branch}': ${who} holds it, one that nobody deploys is needed. ` +
      `Wait for it; or, if you know that it is dead: aws ssm delete-parameter --name ${lockParameter(target)} --region ${region}`,
  );
}

function takenOver(stage: string, text: string | undefined): CommandError {
  return new CommandError(
    `Cannot go on deploying ${stage}: its lock was taken over by ${describeHolder(text)}, we must hold it. ` +
      'Nothing was changed since; ask them before you deploy again.',
  );
}

function describeHolder(text: string | undefined): string {
  const holder = text === undefined ? null : parseHolder(text);
  if (holder === null) return text === undefined ? 'nobody that can be named' : 'somebody unknown';
  return `${holder.by} (process ${holder.pid}, since ${holder.since}, deployment ${holder.id})`;
}
