import type { RuleReport } from '../control/twin-state.ts';
import { RateCounter } from './rate-counter.ts';
import type {
  BlockAction,
  SizeOperator,
  SizeStatement,
  WebAclDefinition,
  WebAclRule,
} from './web-acl-definition.ts';

/** What the rules look at. */
export interface InspectedRequest {
  readonly sourceIp: string;
  /** Of a body that is longer than what is inspected: anything above that. */
  readonly bodyBytes: number;
}

/** A web ACL that decides on requests. */
export interface WebAcl {
  readonly name: string;
  /** The refusal that a request meets, or nothing where it may pass. */
  judge(request: InspectedRequest): BlockAction | undefined;
  report(): readonly RuleReport[];
}

interface LiveRule {
  readonly rule: WebAclRule;
  readonly matches: (request: InspectedRequest) => boolean;
  matched: number;
}

/**
 * Runs a web ACL: its rules are asked in their order, until one allows or blocks.
 * https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-actions.html
 */
export function createWebAcl(definition: WebAclDefinition, clock: () => number): WebAcl {
  const live = definition.rules.map(
    (rule): LiveRule => ({ rule, matches: matcherOf(rule, definition, clock), matched: 0 }),
  );
  return {
    name: definition.name,
    judge(request) {
      for (const each of live) {
        if (!each.matches(request)) continue;
        each.matched += 1;
        const { action } = each.rule;
        if (action.kind === 'block') return action;
        if (action.kind === 'allow') return undefined;
      }
      return definition.defaultAction.kind === 'block' ? definition.defaultAction : undefined;
    },
    report: () => live.map(({ rule: { name, action }, matched }) => ({ name, action: action.kind, matched })),
  };
}

function matcherOf(
  { statement }: WebAclRule,
  { bodyBytesInspected }: WebAclDefinition,
  clock: () => number,
): LiveRule['matches'] {
  if (statement.kind === 'size') return ({ bodyBytes }) => isSize(statement, bodyBytes, bodyBytesInspected);
  const counter = new RateCounter({ windowSeconds: statement.windowSeconds, clock });
  return ({ sourceIp }) => counter.count(sourceIp) > statement.limit;
}

function isSize({ operator, bytes, oversize }: SizeStatement, bodyBytes: number, inspected: number): boolean {
  if (bodyBytes > inspected && oversize !== 'CONTINUE') return oversize === 'MATCH';
  return COMPARISONS[operator](Math.min(bodyBytes, inspected), bytes);
}

const COMPARISONS: Readonly<Record<SizeOperator, (size: number, limit: number) => boolean>> = {
  EQ: (size, limit) => size === limit,
  NE: (size, limit) => size !== limit,
  LE: (size, limit) => size <= limit,
  LT: (size, limit) => size < limit,
  GE: (size, limit) => size >= limit,
  GT: (size, limit) => size > limit,
};
