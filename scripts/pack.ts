/** `npm run pack`: makes a tarball of every package, as others install it: ES modules and types. */
import { exitWith, jsonOption, newCommand, outOption, terminal } from '@gsp/cli-kit';

const program = newCommand(
  'pack',
  'Make a tarball of every package, as others install it: ES modules and types.',
)
  .addOption(
    outOption('folder', 'where the tarballs go; what an earlier run left there is replaced').default(
      'dist/packages',
    ),
  )
  .addOption(jsonOption());

await exitWith(async () => {
  const { out, json } = program.parse().opts<{ out: string; json: boolean }>();
  const { packPackages } = await import('@gsp/operator/pack');
  const { addConsoleSite } = await import('@gsp/console/build');
  const pack = () =>
    packPackages({ rootDir: process.cwd(), outDir: out, addSites: { '@gsp/console': addConsoleSite } });
  if (json) return terminal.print(JSON.stringify(await pack(), undefined, 2));
  const packed = await terminal.during(
    'Packing every package',
    pack,
    (all, ms) => `Packed ${all.length} packages in ${(ms / 1_000).toFixed(1)} s`,
  );
  for (const { name, tarball } of packed) terminal.print(`  ${name.padEnd(14)} ${tarball}`);
});
