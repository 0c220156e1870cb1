import type { z } from 'zod';
import { NAME_PREFIX_LENGTH_MAX, slug } from './names.ts';
import { weightIssues } from './routing-schema.ts';
import { stageIssues } from './stage-issues.ts';
import { changeSettings, DEFAULT_SETTINGS } from './stage-settings.ts';
import { issue, TopologyError, type TopologyIssue } from './topology-error.ts';
import {
  type StageInput,
  type StageSettings,
  type TopologyInput,
  topologySchema,
} from './topology-schema.ts';

/** Keys of `stages` that are no stages: what holds for every preview branch and every sandbox. */
export const SHORT_LIVED_STAGES = ['preview', 'sandbox'] as const;

/** A topology that was checked. Made by {@link defineTopology} only. */
export interface Topology {
  readonly project: string;
  /** Regions of every stage that does not name its own, the primary first. At least two. */
  readonly regions: readonly string[];
  readonly settings: StageSettings;
  /** By the stage's name; {@link branchOf} says which branch is which stage. */
  readonly stages: Readonly<Record<string, StageInput>>;
}

/**
 * Checks a topology and fills in the default settings.
 *
 * @throws {TopologyError} with every issue in it: the value given, the allowed values and the remedy
 */
export function defineTopology(input: TopologyInput): Topology {
  const parsed = topologySchema.safeParse(input);
  if (!parsed.success) throw new TopologyError('use the topology', shapeIssues(input, parsed.error.issues));

  const { project, regions, stages = {}, ...changes } = parsed.data;
  const topology = { project, regions, settings: changeSettings(DEFAULT_SETTINGS, changes), stages };
  const issues = [
    ...baseIssues(topology),
    ...weightIssues(topology, changes.routing?.weights ?? {}),
    ...Object.keys(stages).flatMap((name) => overrideIssues(topology, name)),
    ...sharedZoneIssues(topology),
    ...sharedBranchIssues(topology),
  ];
  if (issues.length > 0) throw new TopologyError('use the topology', issues);
  return topology;
}

/** Stages that a branch or a deployment can be, in the topology's order. */
export function listedStages({ stages }: Pick<Topology, 'stages'>): readonly string[] {
  return Object.keys(stages).filter((name) => !SHORT_LIVED_STAGES.some((known) => known === name));
}

/** The Git branch that a listed stage is deployed from: the one that it names, or the one of its own name. */
export function branchOf({ stages }: Pick<Topology, 'stages'>, stage: string): string {
  return stages[stage]?.branch ?? stage;
}

function baseIssues(topology: Topology): TopologyIssue[] {
  const issues = stageIssues(topology);
  if (topology.regions.length !== 1) return issues;
  return [
    ...issues,
    issue(
      'regions',
      topology.regions,
      'at least two Regions, the primary first',
      'Add the secondary, or give only some stages a single Region: stages: { dev: { regions: [...] } }',
    ),
  ];
}

/** Faults that a stage's own changes cause; those it inherits are told once, for the topology. */
function overrideIssues(topology: Topology, name: string): TopologyIssue[] {
  const changes = topology.stages[name] ?? {};
  const inherited = new Set(stageIssues(topology).map((known) => JSON.stringify(known)));
  const stage = {
    regions: changes.regions ?? topology.regions,
    settings: changeSettings(topology.settings, changes),
  };
  const own = [
    ...stageIssues(stage).filter((found) => !inherited.has(JSON.stringify(found))),
    ...weightIssues(stage, changes.routing?.weights ?? {}),
  ];
  const shortLived = SHORT_LIVED_STAGES.find((known) => known === name);
  const others = shortLived ? shortLivedIssues(shortLived, changes) : nameIssues(topology.project, name);
  return [...own, ...others].map((found) => ({ ...found, path: `${stagePath(name)}.${found.path}` }));
}

function shortLivedIssues(stage: string, { branch, domain, table }: StageInput): TopologyIssue[] {
  const issues: TopologyIssue[] = [];
  if (branch !== undefined) {
    issues.push(
      issue(
        'branch',
        branch,
        `nothing in ${stage} stages`,
        'Remove it, and list the branch as a stage of its own: what holds here holds for every branch that is not listed',
      ),
    );
  }
  if (domain) {
    issues.push(
      issue(
        'domain',
        domain,
        `null in ${stage} stages`,
        `Remove it: every ${stage} would claim the same names. Give it to a named stage`,
      ),
    );
  }
  if (table?.deletionProtection === true) {
    issues.push(
      issue(
        'table.deletionProtection',
        true,
        `false in ${stage} stages`,
        `Remove it: a ${stage} must go away with its stack. Protect a named stage instead`,
      ),
    );
  }
  return issues;
}

/** Stages that share a zone would take each other's names, whichever is deployed last. */
function sharedZoneIssues({ settings, stages }: Topology): TopologyIssue[] {
  const owners = new Map<string, string>();
  return Object.entries(stages).flatMap(([name, changes]) => {
    const { domain } = changeSettings(settings, changes);
    if (domain === null || SHORT_LIVED_STAGES.some((known) => known === name)) return [];
    const owner = owners.get(domain.zoneName);
    owners.set(domain.zoneName, owner ?? name);
    if (owner === undefined) return [];
    return [
      issue(
        `${stagePath(name)}.domain.zoneName`,
        domain.zoneName,
        `a zone that no other stage has; stage '${owner}' has this one`,
        'Give one of them a zone of its own, such as a subdomain, or domain: null',
      ),
    ];
  });
}

/** A branch is one stage: two would be deployed from it in turn, each with a table of its own. */
function sharedBranchIssues(topology: Topology): TopologyIssue[] {
  const names = listedStages(topology);
  return names.flatMap((name) => {
    const branch = topology.stages[name]?.branch;
    const owner = names.find((other) => other !== name && branchOf(topology, other) === branch);
    if (branch === undefined || owner === undefined) return [];
    return [
      issue(
        `${stagePath(name)}.branch`,
        branch,
        `a branch that no other stage has; stage '${owner}' has this one`,
        `Give one of them another branch, or remove stage '${owner}'`,
      ),
    ];
  });
}

function nameIssues(project: string, name: string): TopologyIssue[] {
  const lengthMax = NAME_PREFIX_LENGTH_MAX - project.length - 1;
  const shortLived = SHORT_LIVED_STAGES.find((known) => name.startsWith(`${known}-`));
  if (shortLived !== undefined) {
    return [
      issue(
        'name',
        name,
        `names that do not begin with '${shortLived}-'`,
        'Rename the branch: such names are given out',
      ),
    ];
  }
  if (name !== '' && slug(name, Number.MAX_SAFE_INTEGER).length <= lengthMax) return [];
  return [
    issue(
      'name',
      name,
      `1..${lengthMax} characters beside project '${project}'`,
      'Shorten the branch or the project: Lambda takes function names of 64 characters',
    ),
  ];
}

function shapeIssues(input: unknown, found: readonly z.core.$ZodIssue[]): TopologyIssue[] {
  const issues = found.map(({ path, message, ...more }) => ({
    path: path.reduce<string>((text, key) => `${text}${step(key)}`, '').replace(/^\./, '') || 'topology',
    given: more.code === 'unrecognized_keys' ? more.keys : path.reduce<unknown>(member, input),
    needed: message,
  }));
  return issues.filter(
    ({ path, needed }, index) =>
      issues.findIndex((other) => other.path === path && other.needed === needed) === index,
  );
}

function member(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function stagePath(name: string): string {
  return `stages${step(name)}`;
}

function step(key: PropertyKey): string {
  if (typeof key === 'number') return `[${key}]`;
  return /^[a-z_$][\w$]*$/i.test(String(key)) ? `.${String(key)}` : `['${String(key)}']`;
}
