/**
 * The doors between rooms, as `npm run check` holds them: which room may import which, packages by their `exports` only,
 * nothing that a package does not declare, and no circle, type imports counted.
 *
 * A room is a path. What it may import is its own files, the rooms named here, and packages that its package.json declares.
 */

import { readdirSync, readFileSync } from 'node:fs';

/** The rooms of `packages/`, each with what it may import of ours. The arrows of docs/architecture.md, nothing else. */
const rooms = {
  'platform/src/contract': [],
  'platform/src/topology': [],
  'platform/src/entities': ['platform/src/contract'],
  'platform/src/domain': ['platform/src/contract', 'platform/src/entities'],
  'platform/src/store': ['platform/src/contract', 'platform/src/domain', 'platform/src/entities'],
  'platform/src/http': ['platform/src/contract', 'platform/src/domain', 'platform/src/entities'],
  'platform/src/functions': [
    'platform/src/contract',
    'platform/src/domain',
    'platform/src/store',
    'platform/src/http',
    'platform/src/topology',
    'platform/src/entities',
  ],
  'platform/src/testing': [
    'platform/src/contract',
    'platform/src/domain',
    'platform/src/entities',
    'platform/src/functions',
  ],
  'platform/src/maintenance': [
    'platform/src/contract',
    'platform/src/domain',
    'platform/src/store',
    'platform/src/topology',
    'platform/src/entities',
    'platform/src/functions',
  ],
  'platform/src/infra': ['platform/src/topology', 'platform/src/contract', 'platform/src/entities'],
  'client/src': ['platform/src/contract'],
  'cli-kit/src': [],
  'twin/src': [],
  'console/src': ['client/src', 'platform/src/contract', 'twin/src/control'],
  'console/build': ['cli-kit/src', 'twin/src'],
  'operator/src': [
    'client/src',
    'twin/src',
    'platform/src/contract',
    'platform/src/topology',
    'platform/src/maintenance',
    'cli-kit/src',
  ],
  'drill/src': ['operator/src', 'client/src', 'twin/src', 'platform/src/contract', 'cli-kit/src'],
};

/** Rooms at the top. */
const topRooms = {
  amplify: ['packages/platform'],
  src: ['packages/client', 'amplify/entities', 'amplify/routes'],
  scripts: [
    'amplify',
    'packages/operator',
    'packages/drill',
    'packages/twin',
    'packages/console/build',
    'packages/cli-kit',
  ],
};

/** Packages from the registry that a room stays free of, and why. */
const kept = [
  [
    'platform/src/contract',
    ['core', '@aws-sdk', '@smithy', 'aws-cdk-lib', 'constructs', '@aws-amplify'],
    'contract/ is what travels, shared with browsers: it imports nothing but zod.',
  ],
  [
    'platform/src/entities',
    ['core', '@aws-sdk', '@smithy', 'aws-cdk-lib', 'constructs', '@aws-amplify'],
    'entities/ is plain data and pure functions: it imports nothing but zod.',
  ],
  [
    'platform/src/domain',
    ['core', '@aws-sdk', '@smithy', 'aws-cdk-lib', 'constructs', '@aws-amplify'],
    'domain/ is pure. Pass the effect in as an argument.',
  ],
  [
    'platform/src/store',
    ['aws-cdk-lib', 'constructs', '@aws-amplify'],
    'store/ is an adapter: what the cloud needs does not belong here.',
  ],
  [
    'platform/src/http',
    ['@aws-sdk', '@smithy', 'aws-cdk-lib', 'constructs', '@aws-amplify'],
    'http/ reaches data through the ports of domain/.',
  ],
  [
    'platform/src/functions',
    ['aws-cdk-lib', 'constructs', '@aws-amplify'],
    'A function does not know how it is deployed. Set an environment variable in infra/.',
  ],
  [
    'platform/src/topology',
    ['core', '@aws-sdk', '@smithy', 'aws-cdk-lib', 'constructs', '@aws-amplify'],
    'topology/ is plain data and pure functions: it imports nothing but zod.',
  ],
  ['platform/src/infra', ['@aws-sdk', '@smithy'], 'infra/ describes the cloud and never calls it.'],
  ['client/src', ['core', 'aws-cdk-lib', 'constructs', '@aws-amplify'], 'The client runs in a browser.'],
  [
    'console/src',
    ['core', 'aws-cdk-lib', 'constructs', '@aws-amplify', 'aws-amplify', '@aws-sdk'],
    'The console asks the client and the control API of a twin.',
  ],
  [
    'twin/src',
    ['aws-cdk-lib', 'constructs', '@aws-amplify'],
    'The twin knows a platform through its templates only.',
  ],
];

const escaped = (path) => path.replaceAll('.', '\\.');
const within = (path) => `^${escaped(path)}(/|$)`;
const ours = '^(amplify|src|scripts|packages|test|bench)/';

const arrows = [
  ...Object.entries(rooms).map(([room, others]) => [
    `packages/${room}`,
    [`packages/${room}`, ...others.map((other) => `packages/${other}`)],
  ]),
  ...Object.entries(topRooms).map(([room, others]) => [room, [room, ...others]]),
].map(([room, allowed]) => ({
  name: `arrow of ${room}`,
  severity: 'error',
  comment: `${room} may import ${allowed.slice(1).join(', ') || 'nothing of ours'}. Move what both need, or hand it in.`,
  from: { path: within(room) },
  to: { path: ours, pathNot: allowed.map(within) },
}));

const clean = kept.map(([room, packages, comment]) => {
  const names = packages.filter((name) => name !== 'core');
  return [
    ...(packages.includes('core')
      ? [
          {
            name: `${room} without Node`,
            severity: 'error',
            comment,
            from: { path: within(`packages/${room}`) },
            to: { dependencyTypes: ['core'] },
          },
        ]
      : []),
    {
      name: `${room} without ${names.join(', ')}`,
      severity: 'error',
      comment,
      from: { path: within(`packages/${room}`) },
      to: { path: `node_modules/(${names.map(escaped).join('|')})/` },
    },
  ];
});

/** Packages of ours that a package imports without declaring them: npm links them all, so nothing else would notice. */
const undeclared = readdirSync('packages').flatMap((name) => {
  const manifest = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8'));
  const folders = (dependencies) =>
    Object.keys({ ...dependencies })
      .filter((dependency) => dependency.startsWith('@gsp/'))
      .map((dependency) => within(`packages/${dependency.slice('@gsp/'.length)}`));
  const installed = folders({ ...manifest.dependencies, ...manifest.peerDependencies });
  const rule = (what, from, declared) => ({
    name: `${name} declares what its ${what} of ours`,
    severity: 'error',
    comment: `Declare it in packages/${name}/package.json, and in the entry of packages/${name} in package-lock.json.`,
    from,
    to: {
      path: '^packages/',
      pathNot: [within(`packages/${name}`), ...declared],
      dependencyTypesNot: ['local'],
    },
  });
  const tests = within(`packages/${name}/test`);
  return [
    rule('source needs', { path: within(`packages/${name}`), pathNot: tests }, installed),
    rule('tests need', { path: tests }, [...installed, ...folders(manifest.devDependencies)]),
  ];
});

export default {
  forbidden: [
    ...arrows,
    ...clean.flat(),
    ...undeclared,
    {
      name: 'no circle',
      severity: 'error',
      comment: 'Type imports count: a type lives with its only maker, or in the file that both import.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'packages by their doors',
      severity: 'error',
      comment:
        'Another package is imported by a name of its "exports", such as @gsp/client, never by a path.',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'packages by their doors, from outside',
      severity: 'error',
      comment: 'A package is imported by a name of its "exports", such as @gsp/client, never by a path.',
      from: { path: '^(amplify|src|scripts|test|bench)/' },
      to: {
        path: '^packages/',
        pathNot: '^packages/[^/]+/test/',
        dependencyTypes: ['local'],
        dependencyTypesNot: ['aliased-workspace'],
      },
    },
    {
      name: 'resolves',
      severity: 'error',
      comment: 'There is no such file, or the package does not export it.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      severity: 'error',
      comment:
        'Declare it in the package.json of the package that imports it; what happens to lie in node_modules is luck.',
      // amplify/package.json is Amplify's own, and says "type": "module" only; knip looks after that folder.
      from: { pathNot: '^amplify/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'declared for those who install the package',
      severity: 'error',
      comment: 'Source of a package may import "dependencies" and "peerDependencies", not "devDependencies".',
      from: { path: '^packages/[^/]+/(src|build)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm-peer'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules/\\.cache|\\.amplify)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css', '.d.ts'],
    },
  },
};
