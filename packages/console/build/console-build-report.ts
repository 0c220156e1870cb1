import { stripVTControlCharacters } from 'node:util';

/** What the process that builds the console tells the one that started it, once, at its end. */
export type ConsoleBuildReport =
  | {
      readonly ok: true;
      /** Files that a browser loads before the page shows anything, from the site's root, without a leading slash. */
      readonly firstLoad: readonly string[];
      /** Source files outside of node_modules that went into the build, absolute. */
      readonly sources: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/** Whether `message` is a {@link ConsoleBuildReport}. */
export function isConsoleBuildReport(message: unknown): message is ConsoleBuildReport {
  if (typeof message !== 'object' || message === null || !('ok' in message)) return false;
  if (message.ok === true) return 'firstLoad' in message && 'sources' in message;
  return message.ok === false && 'reason' in message;
}

/** The part of a bundler's output that says what a page is made of. */
export interface BuiltChunk {
  readonly fileName: string;
  readonly isEntry: boolean;
  /** Chunks that are loaded with this one, by file name. */
  readonly imports: readonly string[];
  readonly css: readonly string[];
}

/** The page, its entry chunks, what those import statically, and the styles of all of them. */
export function firstLoadOf(chunks: readonly BuiltChunk[]): string[] {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const loaded = new Set<string>();
  const waiting = chunks.filter(({ isEntry }) => isEntry);
  for (let chunk = waiting.pop(); chunk !== undefined; chunk = waiting.pop()) {
    if (loaded.has(chunk.fileName)) continue;
    loaded.add(chunk.fileName);
    waiting.push(...chunk.imports.flatMap((name) => byName.get(name) ?? []));
  }
  const styles = chunks.filter(({ fileName }) => loaded.has(fileName)).flatMap(({ css }) => css);
  return ['index.html', ...loaded, ...new Set(styles)];
}

/**
 * What is wrong with the source, in one line with file and place. A bundler draws the place into a picture of the code,
 * in colours; of several faults the first one is told, as the others often follow from it.
 */
export function buildFaultOf(error: unknown, rootDir: string): string {
  const [first] = error instanceof AggregateError || hasErrors(error) ? error.errors : [error];
  const drawn = stripVTControlCharacters(first instanceof Error ? first.message : String(first));
  const said = (drawn.split('\n').find((line) => line.trim() !== '') ?? '').replace(/^\[[^\]]+\]:? */, '');
  const place = /\[ (\S+:\d+:\d+) \]/.exec(drawn)?.[1];
  return (place === undefined ? said : `${place}: ${said}`).replaceAll(rootDir, '');
}

function hasErrors(error: unknown): error is { readonly errors: readonly unknown[] } {
  return (
    typeof error === 'object' &&
    error !== null &&
    'errors' in error &&
    Array.isArray(error.errors) &&
    error.errors.length > 0
  );
}
