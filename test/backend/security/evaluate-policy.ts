import { matchesPattern } from './matches-pattern.ts';

/** A statement of an identity policy, every value a list of plain text. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** By operator, then by context key. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** What somebody asks AWS for. */
export interface PolicyRequest {
  readonly action: string;
  readonly resource: string;
  /** Context of the request: values by key, such as `dynamodb:LeadingKeys`. A key without values is absent. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/** Whether `pattern`, of a condition, holds for `value`. */
const OPERATORS: Readonly<Record<string, (pattern: string, value: string) => boolean>> = {
  StringEquals: (pattern, value) => pattern === value,
  StringLike: matchesPattern,
};

/**
 * Whether these statements of one identity allow the request: one allows it and none denies it.
 *
 * @throws where a condition has an operator that is not known here: it must not be taken for one that holds
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function isAllowed(statements: readonly Statement[], request: PolicyRequest): boolean {
  const applying = statements.filter((statement) => applies(statement, request));
  return (
    applying.some(({ effect }) => effect === 'Allow') && !applying.some(({ effect }) => effect === 'Deny')
  );
}

function applies(statement: Statement, request: PolicyRequest): boolean {
  const { actions, resources, conditions } = statement;
  // Actions are told apart without regard to case, resources with it.
  const action = request.action.toLowerCase();
  if (!actions.some((pattern) => matchesPattern(pattern.toLowerCase(), action))) return false;
  if (!resources.some((pattern) => matchesPattern(pattern, request.resource))) return false;
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, patterns]) => holds(operator, patterns, request.context?.[key] ?? [])),
  );
}

/**
 * For all: every value of the request is like one pattern, and a request without values passes. For any: one is, so
 * that a request without values does not pass.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
function holds(operator: string, patterns: readonly string[], values: readonly string[]): boolean {
  const [qualifier, name] = operator.includes(':') ? operator.split(':') : ['ForAnyValue', operator];
  const compare = OPERATORS[name ?? ''];
  if (compare === undefined || (qualifier !== 'ForAllValues' && qualifier !== 'ForAnyValue'))
    throw new Error(
      `Cannot evaluate the condition ${operator}: it is unknown here, one of ${Object.keys(OPERATORS).join(', ')} is needed. Add it with a test`,
    );
  const isLikeOne = (value: string) => patterns.some((pattern) => compare(pattern, value));
  return qualifier === 'ForAllValues' ? values.every(isLikeOne) : values.some(isLikeOne);
}
