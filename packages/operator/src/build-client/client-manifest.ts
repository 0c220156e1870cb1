import { CommandError } from '@gsp/cli-kit';

/** What the package takes over from the repository's own `package.json`. */
export interface RootManifest {
  readonly version: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Name of the package. */
export const clientPackageName = 'global-serverless-platform-client';

/** Entries of the package: what is imported, and the module that it stands for. */
export const clientEntries = { '.': 'src/client/index', './fetch': 'src/client/fetch' } as const;

/**
 * Writes the `package.json` of the client: ES modules, free of side effects, so that bundlers leave out what is not
 * imported. `aws-amplify` is the application's own copy, and not needed by those who import `./fetch`.
 *
 * @throws {CommandError} when the repository does not depend on what the client needs
 */
export function clientManifest({ version, license, engines, dependencies }: RootManifest): object {
  const rangeOf = (name: string): string => {
    const range = dependencies[name];
    if (range !== undefined) return range;
    throw new CommandError(
      `Cannot name the version of ${name}: package.json does not depend on it, the client does. Add it to "dependencies"`,
    );
  };
  return {
    name: clientPackageName,
    version,
    description: 'A client of the global serverless platform that survives the loss of a region',
    type: 'module',
    sideEffects: false,
    exports: Object.fromEntries(
      Object.entries(clientEntries).map(([entry, module]) => [
        entry,
        { types: `./${module}.d.ts`, default: `./${module}.js` },
      ]),
    ),
    files: ['amplify', 'src'],
    // The types of what travels are inferred from zod's schemas; none of its code is loaded.
    dependencies: { uuid: rangeOf('uuid'), zod: rangeOf('zod') },
    peerDependencies: { 'aws-amplify': rangeOf('aws-amplify') },
    peerDependenciesMeta: { 'aws-amplify': { optional: true } },
    engines,
    license,
  };
}
