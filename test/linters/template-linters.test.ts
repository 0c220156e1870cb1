// Goal: two linters that are not ours find nothing in any template that is not explained.
// Method: the definition is synthesized of tests as it is and with every flag on, and cfn-lint and checkov are run over
// what comes out, in a virtual environment of their own. Skipped where Python has no pip.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { synthesize } from '@gsp/operator/synthesis';
import { beforeAll, describe, expect, test } from 'vitest';
import { testProject } from '../project/test-project.ts';
import { topology } from '../project/topology.ts';
import { pythonEnvironment, whyNoPython } from '../python/python-environment.ts';
import { acceptedFindings } from './accepted-findings.ts';
import { everyFlagOn } from './every-flag-on.ts';
import { cfnLint, checkov, type LintFinding } from './lint-templates.ts';

const missing = await whyNoPython();
if (missing !== null) console.warn(`*** templates are not linted: ${missing} ***`);

const VARIANTS = { 'as it is': undefined, 'with every flag on': everyFlagOn };

describe.skipIf(missing !== null)('linters', () => {
  const found: LintFinding[] = [];

  beforeAll(async () => {
    const python = await pythonEnvironment(join(import.meta.dirname, 'requirements.txt'));
    const backend = { type: 'branch', namespace: 'd123', name: 'main' } as const;
    const templates: string[] = [];
    for (const changes of Object.values(VARIANTS))
      for (const { assemblyDir } of await synthesize({
        rootDir: await testProject(),
        regions: topology.regions,
        backend,
        changes,
      }))
        templates.push(
          ...(await readdir(assemblyDir))
            .filter((name) => name.endsWith('.template.json'))
            .map((name) => join(assemblyDir, name)),
        );
    const { regions } = topology;
    found.push(
      ...(await Promise.all([cfnLint(python, { regions, templates }), checkov(python, templates)])).flat(),
    );
  }, 600_000);

  test('find nothing that is not explained', () => {
    const unexplained = found.filter(
      ({ tool, rule, resource }) =>
        !acceptedFindings.some(
          (accepted) => accepted.tool === tool && accepted.rule === rule && accepted.resources.test(resource),
        ),
    );
    expect(unexplained).toEqual([]);
  });

  test.each(acceptedFindings)('still find $tool $rule, which is explained', ({ tool, rule, resources }) => {
    expect(
      found.some(
        (finding) => finding.tool === tool && finding.rule === rule && resources.test(finding.resource),
      ),
    ).toBe(true);
  });
});
