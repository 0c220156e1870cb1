// Goal: whatever somebody switches on or off, the templates keep AWS's rules of good conduct, Regions stay alike, and
// nothing comes or goes unseen. Method: every combination is synthesized as a deployment would, with cdk-nag in it.

import { DEFAULT_SETTINGS } from '@gsp/platform/topology';
import { beforeAll, expect, test } from 'vitest';
import { resourcesOf } from '../../../packages/platform/test/infra/template-queries.ts';
import { differences, permittedDifferences, permittedDomainDifferences } from '../template-differences.ts';
import { acceptedFindings } from './accepted-findings.ts';
import { examineCombination } from './examine-combination.ts';
import type { CheckResult } from './finding-log.ts';
import { flagMatrix, switches } from './flag-matrix.ts';
import { matchesPattern } from './matches-pattern.ts';
import { type Examined, RESOURCES_MAX, resourceCountsTable } from './resource-counts.ts';

/** What may differ as well with a budget, under latency routing, and where more than two Regions look after each other. */
const permittedFlagDifferences = [
  // Functions are not bundled here; that bundles are the same in every Region is for test/backend/backend.test.ts.
  'platform: AWS::Lambda::Function Properties.Code.S3Key',
  // A budget is the account's: the primary makes the stage's.
  'platform: AWS::Budgets::Budget in one only',
  // Each has its own share of the global name, by its Region's name.
  'platform: AWS::Route53::RecordSet Properties.Region',
  // Each asks all others whether it is evacuated, by checks with their names in ids and paths.
  'platform: AWS::Route53::HealthCheck Properties.HealthCheckConfig.ChildHealthChecks.2.Ref',
  'platform: AWS::Route53::HealthCheck Properties.HealthCheckConfig.ResourcePath',
];

const examined: Examined[] = [];

beforeAll(async () => {
  for (const combination of flagMatrix)
    examined.push({ combination, backends: await examineCombination(combination) });
}, 400_000);

/** Index of the entry that accepts a finding, or -1. */
const acceptedBy = ({ rule, path }: CheckResult) =>
  acceptedFindings.findIndex((entry) => matchesPattern(entry.rule, rule) && matchesPattern(entry.path, path));

test('the matrix has every flag that a stage can be given', () => {
  const { observability, table, edge } = DEFAULT_SETTINGS;
  const groups = [DEFAULT_SETTINGS, observability, table, edge];
  const flags = groups
    .flatMap((group) => Object.entries(group))
    .filter(([, value]) => typeof value === 'boolean')
    .map(([name]) => name);
  // Time to live is on wherever it can be; strong consistency turns it off. One of the edges is not enforced.
  const covered = ['timeToLive', 'enforced', ...Object.keys(switches)];
  expect(flags.filter((name) => !covered.includes(name))).toEqual([]);
});

test('cdk-nag finds nothing in any combination that is not accepted with a reason', () => {
  const open = examined.flatMap(({ combination, backends }) =>
    backends.flatMap(({ region, findings }) =>
      findings
        .filter((finding) => acceptedBy(finding) < 0)
        .map(({ rule, path, message }) => `${combination.name}, ${region}: ${rule} ${path}: ${message}`),
    ),
  );
  expect(open).toEqual([]);
});

test('cdk-nag has looked at every combination', () => {
  for (const { combination, backends } of examined)
    for (const { region, findings } of backends)
      expect(findings.length, `${combination.name}, ${region}`).toBeGreaterThan(0);
});

test('nothing is accepted that is not found', () => {
  const findings = examined.flatMap(({ backends }) => backends.flatMap((backend) => backend.findings));
  const used = new Set(findings.map(acceptedBy));
  expect(acceptedFindings.filter((_, index) => !used.has(index))).toEqual([]);
  for (const { reason } of acceptedFindings) expect(reason.length, reason).toBeGreaterThan(40);
});

test('no role has a managed policy but those of the functions that Amplify brings', () => {
  for (const { combination, backends } of examined)
    for (const { platform, region } of backends) {
      const roles = resourcesOf(platform, 'AWS::IAM::Role');
      const managed = roles.filter(([, role]) => role.Properties?.ManagedPolicyArns !== undefined);
      expect(managed, `${combination.name}, ${region}`).toEqual([]);
    }
});

test('Regions differ in what makes them Regions only', () => {
  const permitted = new Set([
    ...permittedDifferences,
    ...permittedDomainDifferences,
    ...permittedFlagDifferences,
  ]);
  const others = examined.flatMap(({ combination, backends: [primary, ...secondaries] }) =>
    secondaries.flatMap((secondary) =>
      (primary === undefined ? ['no primary'] : differences(primary, secondary))
        .filter((difference) => !permitted.has(difference))
        .map((difference) => `${combination.name}, ${secondary.region}: ${difference}`),
    ),
  );
  expect(others).toEqual([]);
});

test('a template stays far from the number of resources that CloudFormation takes', () => {
  for (const { backends } of examined)
    for (const { platform } of backends)
      expect(Object.keys(platform.Resources).length).toBeLessThan(RESOURCES_MAX / 2);
});

test('what each combination creates is as it was looked at last', async () => {
  await expect(resourceCountsTable(examined)).toMatchFileSnapshot('resource-counts.txt');
});
