import { relative } from 'node:path';
import { watch } from 'chokidar';

const SETTLE_MS = 150;

/**
 * Calls `onChange` after files under the folders changed and then rested for a moment, one call at a time.
 *
 * Changes that arrive while a call runs lead to one more call after it, never to two at once, so that the last
 * state on disk is always the one that was seen last.
 *
 * @returns a function that stops watching
 */
export function watchDefinition(
  folders: readonly string[],
  onChange: () => Promise<void>,
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let again = false;
  const run = async () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      await onChange();
    } while (again);
    running = false;
  };
  // Judged below the folder only: the checkout itself may lie under a name that begins with a dot.
  const ignored = (path: string) => {
    const folder = folders.find((one) => path.startsWith(one)) ?? '';
    return /(^|[/\\])(node_modules|\.[^/\\.][^/\\]*)([/\\]|$)/.test(relative(folder, path));
  };
  const watcher = watch([...folders], { ignoreInitial: true, ignored });
  watcher.on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void run(), SETTLE_MS);
  });
  return async () => {
    clearTimeout(timer);
    await watcher.close();
  };
}
