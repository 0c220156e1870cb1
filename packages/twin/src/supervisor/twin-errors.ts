import type { TwinRegion } from '../control/twin-region.ts';
import type { TwinLink } from '../control/twin-state.ts';

/**
 * What is wrong in a twin without anybody having asked for it, one sentence each; empty when all is well. A region that was
 * stopped and a link that was cut are faults, and no errors.
 */
export function errorsOf(regions: readonly TwinRegion[], links: readonly TwinLink[]): readonly string[] {
  const lost = regions.filter(({ status }) => status === 'down' || status === 'impaired');
  return [
    ...lost.map(({ region, status, reason }) => `${region} is ${status}: ${reason}.`),
    ...stalledLinks(regions, links).map(describeStall),
  ];
}

/** Links whose regions run and to which nothing gets through. */
function stalledLinks(regions: readonly TwinRegion[], links: readonly TwinLink[]): readonly TwinLink[] {
  const running = new Set(regions.filter(({ status }) => status === 'running').map(({ region }) => region));
  return links.filter(
    ({ from, to, stalledMs }) => stalledMs !== null && running.has(from) && running.has(to),
  );
}

function describeStall({ from, to, backlog, stalledMs, lastError }: TwinLink): string {
  const why = lastError === null ? '' : ` Last error: ${lastError}.`;
  const seconds = Math.round((stalledMs ?? 0) / 1_000);
  return (
    `${from} does not replicate to ${to}: ${backlog} changes wait, and none has arrived for ${seconds} s although the link is up.` +
    `${why} Read the log of ${from}, or stop and start it.`
  );
}

/** Says of each stalled link once that it is, and once that it is not any more. */
export class LinkWatch {
  #stalled: ReadonlySet<string> = new Set();

  /** What there is to say since the last time. */
  update(regions: readonly TwinRegion[], links: readonly TwinLink[]): readonly string[] {
    const before = this.#stalled;
    const now = new Map(stalledLinks(regions, links).map((link) => [`${link.from} to ${link.to}`, link]));
    this.#stalled = new Set(now.keys());
    return [
      ...[...now].filter(([name]) => !before.has(name)).map(([, link]) => describeStall(link)),
      ...[...before]
        .filter((name) => !now.has(name))
        .map((name) => `Replication from ${name} is not stalled any more.`),
    ];
  }
}
