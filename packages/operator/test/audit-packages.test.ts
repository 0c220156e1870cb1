// Goal: a grave vulnerability stops a change, and a registry that cannot be asked is never taken for a clean one.
import { expect, test, vi } from 'vitest';
import { auditPackages } from '../src/gates/audit-packages.ts';

const reportOf = (severity: string) =>
  JSON.stringify({ vulnerabilities: { planted: { name: 'planted', severity, range: '<1.2.3' } } });

async function audit(stdout: string, status: number | undefined): Promise<string[]> {
  const lines: string[] = [];
  const runNpm = vi.fn().mockResolvedValue({ status, stdout });
  await auditPackages({ runNpm, say: (line) => lines.push(line), timeoutMs: 1_000 });
  const [asked] = runNpm.mock.calls[0] ?? [];
  expect(asked).toEqual(expect.arrayContaining(['audit', '--include=dev']));
  expect(String(asked)).not.toMatch(/omit/);
  return lines;
}

test.each(['high', 'critical'])(
  'auditPackages() fails when the registry knows of a %s one',
  async (severity) => {
    await expect(audit(reportOf(severity), 1)).rejects.toMatchObject({
      code: 'GateFailed',
      message: expect.stringMatching(/planted <1\.2\.3: (high|critical)/),
    });
  },
);

test.each(['info', 'low', 'moderate'])(
  'auditPackages() passes when it knows of a %s one',
  async (severity) => {
    await expect(audit(reportOf(severity), 0)).resolves.toEqual([expect.stringMatching(/^no known/)]);
  },
);

test.each([
  ['has no such endpoint', JSON.stringify({ message: '405 Method Not Allowed', statusCode: 405 }), 1, /405/],
  ['does not answer in time', '', undefined, /1000 ms/],
  ['answers what is no report', '<html>', 1, /no report/],
])('auditPackages() says aloud that it was skipped when the registry %s', async (_, stdout, status, why) => {
  const [line = '', ...others] = await audit(stdout, status);
  expect(others).toEqual([]);
  expect(line).toMatch(/^SKIPPED: packages are NOT audited/);
  expect(line).toMatch(why);
});
