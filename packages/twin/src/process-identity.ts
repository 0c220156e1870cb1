import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that no other is taken for: the system gives an id again, but not an id and a start together. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as the system tells; empty where it does not. */
  readonly startedAt: string;
}

const PS_TIMEOUT_MS = 2_000;

/**
 * The process that has an id now, or nothing when none runs. One that has ended and that nobody has asked about yet (a
 * zombie, as containers without an init process keep them for ever) does not run.
 *
 * Synchronous, so that a process can be written down in the turn in which it was started.
 */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  if (!isAlive(pid)) return undefined;
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** True while that very process runs. */
export function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  return identifyProcess(pid)?.startedAt === startedAt;
}

/** True when a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Ticks since boot, and the boot, since both begin again with it. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html:
 * the name in brackets may hold anything; after it, state is the first field and the start the twentieth.
 */
function startOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${fields[19]} ${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}`;
  } catch {
    // It ended between the question whether it is alive and this one.
    return undefined;
  }
}

function startByPs(pid: number): string | undefined {
  try {
    const output = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: PS_TIMEOUT_MS,
    }).trim();
    return output.startsWith('Z') ? undefined : output.replace(/^\S+\s+/, '');
  } catch {
    // No ps: the id alone has to do.
    return '';
  }
}
