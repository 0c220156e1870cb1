import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DnsState, TwinState } from './twin-state.ts';

/** What `--ready-file` holds: where everything is, for a script that starts a twin and wants to use it. */
export interface ReadyFile {
  readonly control: string;
  /** Where the console is served; absent where it is not. */
  readonly console?: string;
  /** Where the global name is followed; absent, as `dns`, where the templates have no domain. */
  readonly global?: string;
  readonly dns?: DnsState;
  readonly regions: readonly {
    readonly region: string;
    readonly api: string;
    readonly dynamodb: string;
    readonly table: string | null;
    readonly pids: { readonly region: number | null; readonly engine: number | null };
  }[];
}

/** The ready file's content, of a twin whose control API is at `url`. URLs have no trailing slash; `table` is the first table of the region. */
export function readyFileOf(
  state: TwinState,
  { url, console }: { readonly url: string; readonly console?: string },
): ReadyFile {
  return {
    control: url,
    ...(console !== undefined && { console }),
    ...(state.global !== null && { global: state.global.url }),
    ...(state.dns !== null && { dns: state.dns }),
    regions: state.regions.map(({ region, api, dynamodb, tables, pids }) => ({
      region,
      api,
      dynamodb,
      table: tables[0] ?? null,
      pids,
    })),
  };
}

/** Writes the file in one step, so that whoever waits for it never reads half of it. */
export async function writeReadyFile(path: string, content: ReadyFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.draft`;
  // A draft that is there was left by a start that was killed, or is a link that somebody put there.
  await rm(draft, { force: true });
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { flag: 'wx' });
  await rename(draft, path);
}

/** Takes the file away when the twin stops; it is no error when it is gone already. */
export async function removeReadyFile(path: string): Promise<void> {
  await rm(path, { force: true });
}
