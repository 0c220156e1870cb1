import { CommandError } from '@gsp/cli-kit';

/** What a package of this repository says of itself, as far as packing reads it. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly publish?: PublishOptions;
}

/** Member `publish` of a package's manifest: how its tarball differs from its folder. */
export interface PublishOptions {
  /** Entries of other packages whose code goes into the tarball, each under `dist/` by this name, instead of a dependency on all of that package. */
  readonly inline?: Readonly<Record<string, string>>;
  /** Packages that the inlined code needs, with the name of the package that knows their version. */
  readonly dependencies?: readonly string[];
  /** Entries of `exports` that are of use in the repository only. */
  readonly leaveOut?: readonly string[];
}

/**
 * The `package.json` of a tarball: ES modules with types instead of sources, without what only the repository needs.
 *
 * It stays `private`, so that nobody publishes it by accident before the scope is owned.
 *
 * @param versions - of packages that inlined code needs
 * @throws {CommandError} when a version is unknown, or an entry is not in `src/` or `build/`
 */
export function publishedManifest(
  manifest: PackageManifest,
  versions: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const { publish = {}, devDependencies: _, exports, dependencies = {}, ...rest } = manifest;
  const inlined = new Set(Object.keys(publish.inline ?? {}).map(packageOf));
  const kept = Object.entries(dependencies).filter(([name]) => !inlined.has(name));
  const added = (publish.dependencies ?? []).map((name) => [name, versionOf(name, versions)]);
  return {
    ...rest,
    scripts: undefined,
    exports: publishedExports(exports, new Set(publish.leaveOut)),
    dependencies: Object.fromEntries(
      [...kept, ...added].sort(([a = ''], [b = '']) => a.localeCompare(b, 'en')),
    ),
  };
}

/** Where the compiled form of a source lies in its tarball: `./src/a/b.ts` in `./dist/a/b`, `./build/a.ts` in `./dist/build/a`. */
export function compiledPath(source: string): string {
  const [, folder, path] = /^\.\/(src|build)\/(.+)\.tsx?$/.exec(source) ?? [];
  if (path === undefined)
    throw new CommandError(
      `Cannot pack the entry ${source}: it is no module in src/ or build/. Correct "exports".`,
    );
  return folder === 'src' ? `./dist/${path}` : `./dist/build/${path}`;
}

function publishedExports(exports: PackageManifest['exports'], leftOut: ReadonlySet<string>): object {
  const entries = Object.entries(exports).filter(([entry]) => !leftOut.has(entry));
  return Object.fromEntries(
    entries.map(([entry, source]) => {
      const path = compiledPath(source);
      return [entry, { types: `${path}.d.ts`, default: `${path}.js` }];
    }),
  );
}

/** `@gsp/platform` of `@gsp/platform/contract`. */
function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, 2).join('/');
}

function versionOf(name: string, versions: Readonly<Record<string, string>>): string {
  const version = versions[name];
  if (version !== undefined) return version;
  throw new CommandError(
    `Cannot name the version of ${name}: no package.json of the repository depends on it. Correct "publish".`,
  );
}
