import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A TCP socket that a process listens on, as Linux tells it. */
export interface ListeningSocket {
  readonly pid: number;
  /** Dotted, or the 32 hexadecimal digits of an IPv6 address as the kernel writes them. */
  readonly host: string;
  readonly port: number;
}

/** Every TCP socket on which a process or one of those that it started listens. Linux only. */
export function listeningSockets(rootPid: number): ListeningSocket[] {
  const listening = new Map([...listenersIn('/proc/net/tcp'), ...listenersIn('/proc/net/tcp6')]);
  return processTree(rootPid).flatMap((pid) =>
    socketInodes(pid).flatMap((inode) => {
      const place = listening.get(inode);
      return place === undefined ? [] : [{ pid, ...place }];
    }),
  );
}

/** The state LISTEN in /proc/net/tcp. https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html */
const LISTEN = '0A';

function listenersIn(file: string): [inode: string, place: Omit<ListeningSocket, 'pid'>][] {
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  return rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return state === LISTEN ? [[inode, { host: dotted(address), port: Number.parseInt(port, 16) }]] : [];
  });
}

/** Of an IPv4 address as one little-endian number. */
function dotted(hex: string): string {
  if (hex.length !== 8) return hex;
  return [...Buffer.from(hex, 'hex')].reverse().join('.');
}

function processTree(rootPid: number): number[] {
  const parents = new Map(allPids().map((pid) => [pid, parentOf(pid)]));
  const tree = [rootPid];
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree;
}

function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The fourth field of its stat, behind a name that may hold anything; nothing once the process has ended. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function socketInodes(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}
