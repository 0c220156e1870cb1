// Goal: an edge that is not enforced changes nothing of the Regions, so that switching it on is no outage; and one that is
// changes the traffic function of each Region alike, and nothing else. Method: whole definitions are compared.
import { beforeAll, describe, expect, test } from 'vitest';
import {
  functionNamed,
  one,
  type Resource,
  statementsOf,
  type TemplateJson,
} from '../../../packages/platform/test/infra/template-queries.ts';
import { type ExaminedBackend, examineCombination } from '../security/examine-combination.ts';

const domain = { zoneName: 'example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };
const regions = ['eu-west-1', 'eu-central-1'];
const without = { name: 'without', regions, changes: { domain } };
const open = { name: 'open', regions, changes: { domain, edge: { cloudFront: true, enforced: false } } };
const enforced = { name: 'enforced', regions, changes: { domain, edge: { cloudFront: true } } };

let made: Record<'without' | 'open' | 'enforced', ExaminedBackend[]>;

beforeAll(async () => {
  made = {
    without: await examineCombination(without),
    open: await examineCombination(open),
    enforced: await examineCombination(enforced),
  };
}, 240_000);

/** Resources without their bundles, whose names say where the definition was copied to. */
function comparable({ Resources }: TemplateJson): Record<string, Resource> {
  return Object.fromEntries(
    Object.entries(Resources).map(([id, { Properties = {}, ...resource }]) => {
      const { Code: _bundle, ...properties } = Properties;
      return [id, { ...resource, Properties: properties }];
    }),
  );
}

/** Ids of resources that are not the same in both. */
function changedIds(before: TemplateJson, after: TemplateJson): string[] {
  const [old, young] = [comparable(before), comparable(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(young)])].filter(
    (id) => JSON.stringify(old[id]) !== JSON.stringify(young[id]),
  );
}

const variablesOf = (fn: Resource) => Object(Object(fn.Properties?.Environment).Variables);

describe('backend.ts with an edge', () => {
  test('is made by the primary only', () => {
    expect(made.enforced.map(({ edge }) => edge !== undefined)).toEqual([true, false]);
    expect(made.open.map(({ edge }) => edge !== undefined)).toEqual([true, false]);
    expect(made.without.map(({ edge }) => edge)).toEqual([undefined, undefined]);
  });

  test('leaves every resource of every Region as it is, records included, while it is not enforced', () => {
    for (const [index, { platform }] of made.without.entries())
      expect(changedIds(platform, one(made.open[index]).platform)).toEqual([]);
  });

  test('changes the traffic function and its rights in each Region, and nothing else, when it is enforced', () => {
    for (const [index, { platform }] of made.open.entries()) {
      const after = one(made.enforced[index]).platform;
      const types = changedIds(platform, after).map((id) => after.Resources[id]?.Type);
      expect(types.sort()).toEqual(['AWS::IAM::Policy', 'AWS::Lambda::Function']);
    }
  });

  test('tells the traffic function of each Region both secrets, and no other function', () => {
    for (const { platform } of made.enforced) {
      const functions = Object.values(platform.Resources).filter(
        ({ Type }) => Type === 'AWS::Lambda::Function',
      );
      const told = functions.filter((fn) => 'ORIGIN_SECRETS' in variablesOf(fn));
      expect(told.map(({ Properties }) => Properties?.FunctionName)).toEqual(['gsp-main-api']);
      expect(variablesOf(functionNamed(platform.Resources, 'gsp-main-api')).ORIGIN_SECRETS).toBe(
        'gsp-main/origin-secret-a,gsp-main/origin-secret-b',
      );
      expect(JSON.stringify(statementsOf(platform.Resources, 'gsp-main-api'))).toContain(
        'secretsmanager:GetSecretValue',
      );
    }
  });

  test('holds the value of no secret', () => {
    for (const { edge } of made.enforced.slice(0, 1)) {
      expect(JSON.stringify(edge)).toContain(
        '{{resolve:secretsmanager:gsp-main/origin-secret-a:SecretString}}',
      );
      expect(JSON.stringify(edge)).not.toMatch(/"SecretString"/);
    }
  });
});
