/** A rule that templates do not follow, and why that is right. */
export interface AcceptedFinding {
  readonly tool: 'cfn-lint' | 'checkov';
  readonly rule: string;
  /** Logical ids that may break it; anywhere else it is a finding. */
  readonly resources: RegExp;
  readonly reason: string;
}

/** What cfn-lint and checkov find, and what speaks for it. One that nothing needs any more fails the test. */
export const acceptedFindings: readonly AcceptedFinding[] = [
  {
    tool: 'cfn-lint',
    rule: 'W3005',
    resources: /./,
    reason: 'CDK writes each dependency out, also where a reference implies it; CloudFormation takes both.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_158',
    resources: /log/i,
    reason:
      'Logs are encrypted by CloudWatch Logs itself; a key of one’s own costs monthly and on each call.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_115',
    resources: /./,
    reason: 'Reserved concurrency is a cap: after a failover one Region must be able to carry all traffic.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_116',
    resources: /./,
    reason:
      'Dead letter queues take failed asynchronous invocations. The API invokes in answer to a request, the stream has its own destination for failures, and a lost heartbeat is followed by another.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_117',
    resources: /./,
    reason: 'Functions talk to DynamoDB and CloudWatch only; a VPC would add endpoints that cost while idle.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_173',
    resources: /./,
    reason:
      'Environment variables hold names and limits, no secret; Lambda encrypts them with a key of its own.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_165',
    resources: /^Items/,
    reason:
      'Point-in-time recovery is a flag of the topology, as it costs for each GB; replicas are the durability.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_26',
    resources: /WatchTopic/,
    reason:
      'Alarms hold no secret, and CloudWatch cannot publish to a topic under the key that SNS brings along.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_27',
    resources: /LostBatches/,
    reason: 'The queue is encrypted with keys of SQS (SqsManagedSseEnabled), which this rule does not know.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_149',
    resources: /^OriginSecrets/,
    reason:
      "Secrets Manager encrypts them with its own key in each Region. A key of one's own costs monthly in each of them, and the value is in CloudFront's configuration anyway.",
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_86',
    resources: /^EdgeDistribution/,
    reason:
      "Requests that get through are in the Regions' access logs; a bucket of the edge's own logs would hold addresses and cost.",
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_18',
    resources: /^ChaosConfigurationBucket/,
    reason: 'It holds what is to be broken for some minutes, and no data; who wrote it is in CloudTrail.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_21',
    resources: /^ChaosConfigurationBucket/,
    reason:
      'Old versions of what was broken for some minutes are of no use, and would have to be deleted one by one.',
  },
];
