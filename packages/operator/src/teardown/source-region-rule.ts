import { CommandError } from '@gsp/cli-kit';

/**
 * How long DynamoDB keeps a table, or a replica, from which a replica was made. While that replica exists the rule
 * holds; it also names the time after which it no longer does.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
export const SOURCE_REGION_RULE_MS = 24 * 3_600_000;

/** DynamoDB's words, the same through its own API and as the reason of a CloudFormation resource. */
const RULE = /acted as a source region for new replica/i;

const CODE = 'SourceRegionRule';

/** DynamoDB kept a table because a replica was made from it less than 24 hours ago. */
export function sourceRegionRuleError(message: string, cause?: unknown): CommandError {
  return new CommandError(message, { code: CODE, cause });
}

/** Whether it is a {@link sourceRegionRuleError}. */
export function isSourceRegionRuleError(error: unknown): boolean {
  return error instanceof CommandError && error.code === CODE;
}

/** Whether that text is DynamoDB's refusal to let the source of a new replica go. */
export function isSourceRegionRule(text: string): boolean {
  return RULE.test(text);
}

/**
 * When the rule ends at the latest: 24 hours after the youngest replica was made, or from now where nobody knows when
 * that was. Milliseconds since the epoch.
 */
export function ruleEndsAtMs(youngestReplicaAtMs: number | null, nowMs: number): number {
  const ends = (youngestReplicaAtMs ?? nowMs) + SOURCE_REGION_RULE_MS;
  return ends > nowMs ? ends : nowMs + SOURCE_REGION_RULE_MS;
}

/** The rule in one line, with when to come back. */
export function explainRule(youngestReplicaAtMs: number | null, nowMs: number): string {
  const ends = new Date(ruleEndsAtMs(youngestReplicaAtMs, nowMs))
    .toISOString()
    .slice(0, 16)
    .replace('T', ' ');
  return (
    `DynamoDB keeps a table for 24 hours after a replica was made from it. ` +
    `Run the same command again after ${ends} UTC at the latest; what is done stays done.`
  );
}
