/** Something in the lock file that would be a fault, and why it is not. */
export interface LockReason {
  /** Folder of the package in the lock file; `*` stands for any characters. */
  readonly path: string;
  readonly reason: string;
}

/**
 * Registry packages that stand in the lock file without a hash. The registry that wrote it does not have them, so that they
 * were put in by hand for those who need them.
 */
export const missingIntegrity: readonly LockReason[] = [
  {
    path: 'node_modules/@biomejs/cli-*',
    reason: 'The linter for other platforms. It runs on a development machine and is never deployed.',
  },
  {
    path: 'node_modules/@oxc-parser/binding-*',
    reason: 'The parser of the dead code check for other platforms. It is never deployed.',
  },
];

/** Packages that run a program of their own when they are installed. Everything else only puts files there. */
export const expectedInstallScripts: readonly LockReason[] = [
  {
    path: 'node_modules/esbuild',
    reason: 'Puts the bundler for this platform in its place and asks it for its version.',
  },
  {
    path: 'node_modules/@aws-amplify/backend-deployer/node_modules/esbuild',
    reason: 'As above: the bundler that ampx brings.',
  },
  {
    path: 'node_modules/@aws-amplify/hosting',
    reason: 'Prints that it is a preview. It comes with @aws-amplify/backend, and nothing here uses it.',
  },
  {
    path: 'node_modules/@parcel/watcher',
    reason: 'Builds the file watcher of ampx sandbox where no built one is for this platform.',
  },
  { path: 'node_modules/core-js', reason: 'Prints a request for donations.' },
  {
    path: 'node_modules/babel-runtime/node_modules/core-js',
    reason: 'As above: an older one that comes with ampx.',
  },
];
