import type { SynthesizedBackend } from './synthesized-backend.ts';

/** What may differ between a primary and a secondary, whatever the topology says. */
export const permittedDifferences = [
  // Each looks after its own writes.
  'platform: AWS::Lambda::EventSourceMapping Properties.FilterCriteria.Filters.0.Pattern',
  'platform: AWS::Lambda::EventSourceMapping Properties.FilterCriteria.Filters.1.Pattern',
  // Each has its own canary.
  'platform: AWS::IAM::Policy Properties.PolicyDocument.Statement.1.Condition.ForAllValues:StringEquals.dynamodb:LeadingKeys.0',
  // Each writes its own heartbeat, and looks for it in the others' replicas.
  'platform: AWS::IAM::Policy Properties.PolicyDocument.Statement.3.Condition.ForAllValues:StringEquals.dynamodb:LeadingKeys.0',
  'platform: AWS::IAM::Policy Properties.PolicyDocument.Statement.3.Resource',
  // Each watches itself and its peers, by alarms with the peer's name in their ids.
  'platform: AWS::CloudWatch::Alarm Properties.AlarmDescription',
  'platform: AWS::CloudWatch::Alarm in one only',
  'platform: AWS::CloudWatch::CompositeAlarm Properties.AlarmDescription',
  'platform: AWS::CloudWatch::Dashboard Properties.DashboardBody',
  'platform: AWS::CloudWatch::Dashboard Properties.DashboardName',
  'platform: AWS::Logs::QueryDefinition Properties.LogGroupNames.0',
  // Each names and tags itself.
  'platform: AWS::ApiGatewayV2::Api Properties.Name',
  'platform: AWS::IAM::ManagedPolicy Properties.ManagedPolicyName',
  'platform: AWS::Logs::LogGroup Properties.LogGroupName',
  'platform: region tag',
  'root: region tag',
  'root: customOutputs',
  // The nested template's asset is its content.
  'root: AWS::CloudFormation::Stack Properties.TemplateURL',
];

/** What may differ as well where they have a domain. */
export const permittedDomainDifferences = [
  // Each has its own name beside the global one, in its certificate, too.
  'platform: AWS::ApiGatewayV2::DomainName Properties.DomainName',
  'platform: AWS::CertificateManager::Certificate Properties.DomainValidationOptions.1.DomainName',
  'platform: AWS::CertificateManager::Certificate Properties.SubjectAlternativeNames.0',
  'platform: AWS::Route53::RecordSet Properties.Name',
  // Each has its own share of the global name.
  'platform: AWS::Route53::RecordSet Properties.Failover',
  'platform: AWS::Route53::RecordSet Properties.SetIdentifier',
  // The primary alone chooses the policy.
  'platform: AWS::Route53::RecordSet in one only',
  // Each asks itself for its health.
  'platform: AWS::Route53::HealthCheck Properties.HealthCheckConfig.FullyQualifiedDomainName',
  // Each asks the other for its evacuation, by a check with the other's name in its id.
  'platform: AWS::Route53::HealthCheck in one only',
  'platform: AWS::Route53::HealthCheck Properties.HealthCheckConfig.ChildHealthChecks.1.Ref',
  // Checks are named, and tagged with their Region.
  'platform: AWS::Route53::HealthCheck Properties.HealthCheckTags.4.Value',
  'platform: AWS::Route53::HealthCheck Properties.HealthCheckTags.6.Value',
];

/** Where two Regions' templates differ, each kind of difference once, in order. */
export function differences(a: SynthesizedBackend, b: SynthesizedBackend): string[] {
  const found = new Set<string>();
  for (const name of ['root', 'platform'] as const) {
    const [left, right] = [a[name].Resources, b[name].Resources];
    for (const id of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const type = left[id]?.Type ?? right[id]?.Type;
      if (left[id] === undefined || right[id] === undefined) found.add(`${name}: ${type} in one only`);
      else
        for (const path of differingPaths(left[id], right[id]))
          found.add(`${name}: ${describeDifference(type ?? '', path)}`);
    }
    for (const [path] of differingPaths(a[name].Outputs, b[name].Outputs)) found.add(`${name}: ${path}`);
  }
  return [...found].sort();
}

function describeDifference(type: string, path: readonly string[]): string {
  // A resource's ARN and a dashboard's body are one text in pieces.
  const whole = path.findIndex(
    (step) => step === 'DashboardBody' || (step === 'Resource' && path[1] === 'PolicyDocument'),
  );
  if (whole !== -1) return `${type} ${path.slice(0, whole + 1).join('.')}`;
  const isRegionTag = path[1] === 'Tags' && (path[2] === 'region' || path.at(-1) === 'Value');
  if (isRegionTag) return 'region tag';
  return `${type} ${path[1] === 'TemplateURL' ? path.slice(0, 2).join('.') : path.join('.')}`;
}

function differingPaths(a: unknown, b: unknown, path: readonly string[] = []): string[][] {
  if (Object.is(a, b)) return [];
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return [[...path]];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => differingPaths(Reflect.get(a, key), Reflect.get(b, key), [...path, key]));
}
