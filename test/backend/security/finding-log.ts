import type { INagLogger, NagLoggerBaseData, NagLoggerErrorData, NagLoggerNonComplianceData } from 'cdk-nag';

/** What a rule has against a resource. */
export interface CheckResult {
  /** Rule, such as `AwsSolutions-IAM5`, with what it found in brackets where a resource can break it several times. */
  readonly rule: string;
  /** Path of the resource below its stack, such as `platform/Api/Stage/Resource`. */
  readonly path: string;
  /** What the rule says, or why it could not tell. */
  readonly message: string;
}

/** Keeps what cdk-nag finds, in the order of the rules; a rule that cannot tell counts as one that is broken. */
export class FindingLog implements INagLogger {
  readonly entries: CheckResult[] = [];

  onNonCompliance(data: NagLoggerNonComplianceData): void {
    const rule = data.findingId === '' ? data.ruleId : `${data.ruleId}[${data.findingId}]`;
    this.entries.push({ rule, path: pathOf(data), message: data.ruleInfo });
  }

  onError(data: NagLoggerErrorData): void {
    this.entries.push({ rule: data.ruleId, path: pathOf(data), message: data.errorMessage });
  }

  onCompliance(): void {}
  onSuppressed(): void {}
  onSuppressedError(): void {}
  onNotApplicable(): void {}
}

/** The root stack's name changes with app and branch, and says nothing. */
function pathOf({ resource }: NagLoggerBaseData): string {
  return resource.node.path.split('/').slice(1).join('/');
}
