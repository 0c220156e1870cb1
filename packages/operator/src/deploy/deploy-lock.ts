import { z } from 'zod';
import type { RegionClients } from '../cloud/region-clients.ts';
import { deleteParameter, lockParameter, readParameter, writeParameter } from '../cloud/stage-parameters.ts';
import { DeployError } from './deploy-error.ts';

const holderSchema = z.object({
  /** Of the deployment that holds it, unique. */
  id: z.string(),
  /** `user@host`. */
  by: z.string(),
  pid: z.number(),
  /** UTC, milliseconds. */
  since: z.string(),
});

/** Who deploys. */
export type LockHolder = Readonly<z.infer<typeof holderSchema>>;

/** The stage's lock, while we hold it. */
export interface DeployLock {
  /** @throws {DeployError} where somebody has taken it over */
  require(): Promise<void>;
  /** Gives it back; what is not ours any more is left alone. */
  release(): Promise<void>;
}

/** Whose lock it is to be, and what to do with another's. */
export interface LockOptions {
  readonly target: { readonly project: string; readonly stage: string };
  readonly holder: LockHolder;
  /** Whether to take over a lock that somebody holds. */
  readonly breakLock: boolean;
  /** Told whose lock was taken over. */
  readonly onBroken: (former: string) => void;
}

/**
 * Takes the stage's lock, a parameter in its primary region, so that two deployments cannot cross. Only one of
 * several writers can create a parameter:
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
 * @throws {DeployError} where somebody else holds it
 */
export async function takeLock(clients: RegionClients, options: LockOptions): Promise<DeployLock> {
  const { target, holder, breakLock, onBroken } = options;
  const name = lockParameter(target);
  const text = JSON.stringify(holder);
  if (!(await writeParameter(clients, name, text, { create: true }))) {
    const former = await readParameter(clients, name);
    // We made it, and the answer was lost: the client asked again, and was told that it is there.
    const isOurs = former !== null && idIn(former.value) === holder.id;
    if (!isOurs && !breakLock) throw isHeld(target.stage, former?.value ?? null);
    if (!isOurs) {
      await writeParameter(clients, name, text);
      await requireOurs(clients, { name, holder, target });
      onBroken(describe(former?.value ?? null));
    }
  }
  return {
    require: () => requireOurs(clients, { name, holder, target }),
    release: () => release(clients, name, holder),
  };
}

async function requireOurs(
  clients: RegionClients,
  { name, holder, target }: { name: string; holder: LockHolder; target: { stage: string } },
): Promise<void> {
  const found = await readParameter(clients, name);
  if (found !== null && idIn(found.value) === holder.id) return;
  throw new DeployError(
    `Cannot go on deploying ${target.stage}: its lock was taken over by ${describe(found?.value ?? null)}, we must hold it. ` +
      'Nothing was changed since; ask them before you deploy again.',
  );
}

/**
 * Deletes the lock if it is ours. Parameter Store deletes without a condition, so between both steps another may
 * break it; a breaker that finds its lock gone ends at its next step, as {@link DeployLock.require} finds out:
 *
 *     A   read: A's ──────────────────────── delete (B's)
 *     B               break: overwrite, read: B's ─────────── require: gone, ends before it changes anything more
 */
async function release(clients: RegionClients, name: string, holder: LockHolder): Promise<void> {
  const found = await readParameter(clients, name);
  if (found === null || idIn(found.value) !== holder.id) return;
  await deleteParameter(clients, name);
}

function isHeld(stage: string, text: string | null): DeployError {
  return new DeployError(
    `Cannot deploy ${stage}: ${describe(text)} is deploying it, one deployment at a time is possible. ` +
      'Wait for it, or, if you know that it is dead, say --break-lock.',
  );
}

function describe(text: string | null): string {
  const holder = text === null ? null : parse(text);
  if (holder === null) return text === null ? 'nobody that can be named' : 'somebody unknown';
  return `${holder.by} (process ${holder.pid}, since ${holder.since}, deployment ${holder.id})`;
}

function idIn(text: string): string | null {
  return parse(text)?.id ?? null;
}

function parse(text: string): LockHolder | null {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
