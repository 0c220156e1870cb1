/** A finding of cdk-nag that stands, and why. */
export interface AcceptedFinding {
  /** Rule with what it found; `*` stands for any characters. */
  readonly rule: string;
  /** Path of the resource below the stack; `*` stands for any characters. */
  readonly path: string;
  readonly reason: string;
}

/**
 * Everything that cdk-nag finds and that stays as it is. A test fails for a finding that is not here, and for an entry
 * that nothing needs.
 */
export const acceptedFindings: readonly AcceptedFinding[] = [
  {
    rule: 'AwsSolutions-IAM4[*AWSLambdaBasicExecutionRole]',
    path: 'platform/*-lambda/ServiceRole/Resource',
    reason:
      'Not in the template: configureFunction() takes the managed policy away and allows the own log group instead. The rule reads the construct and not the template; another test looks there.',
  },
  {
    rule: 'AwsSolutions-IAM5[*:execute-api:*/control/evacuations*]',
    path: 'platform/Operator/Policy/Resource',
    reason:
      "The stars are the API's stage, of which there is one, and the Region that an operator names. Method and route are spelled out.",
  },
  {
    rule: 'AwsSolutions-SQS3',
    path: 'platform/Conflicts/LostBatches/Resource',
    reason:
      'It is the dead-letter queue: of the event source mapping, which the rule does not look at. Nothing reads it but a person.',
  },
  {
    rule: 'AwsSolutions-APIG4',
    path: 'platform/Api/* |health*/Resource',
    reason: "Route 53's checkers carry no credentials. The answer tells a Region's health and holds no data.",
  },
  {
    rule: 'AwsSolutions-APIG4',
    path: 'platform/Api/Probe/Resource',
    reason:
      "Route 53 asks it, as it asks the others. Only who may read the account knows its path, the stack's own id.",
  },
  // Method by method: a star would accept the operator's own, which change what it tells.
  ...['GET', 'HEAD'].map((method) => ({
    rule: 'AwsSolutions-APIG4',
    path: `platform/Api/${method} |control|evacuations|{region}/Resource`,
    reason:
      "Route 53's checkers ask it in the other Region, without credentials. It tells whether a Region is evacuated; who and why is behind IAM.",
  })),
  {
    rule: 'AwsSolutions-APIG4',
    path: 'platform/Api/* |openapi.json/Resource',
    reason: 'The description of the API, the same that this repository publishes.',
  },
  {
    rule: 'AwsSolutions-APIG4',
    path: 'platform/Api/Default/Resource',
    reason: 'Answers what no route takes with a 404 and reaches no data.',
  },
  // Route by route: a star for all of them would accept an operator's route that has lost its authorization.
  ...[
    'POST |write',
    '* |items|*',
    '* |counters|*',
    '* |conflicts',
    'POST |conflicts|*',
    '* |replication',
  ].map((route) => ({
    rule: 'AwsSolutions-APIG4',
    path: `platform/Api/${route}/Resource`,
    reason:
      'Ordinary routes are public unless the setting `jwt` names issuers: then each asks for a token. They are throttled route by route either way.',
  })),
  {
    rule: 'AwsSolutions-SMG4',
    path: 'OriginSecrets/?/Resource',
    reason:
      'A rotation changes which of the two CloudFront sends, and that takes a deployment: one by the clock would leave the edge with a value that no Region accepts. docs/edge.md has the steps.',
  },
  {
    rule: 'AwsSolutions-CFR1',
    path: 'Edge/Distribution/Resource',
    reason: 'Who may call the API is for tokens to say; a country says nothing about a caller.',
  },
  {
    rule: 'AwsSolutions-CFR2',
    path: 'Edge/Distribution/Resource',
    reason: 'The web ACL is a setting of its own, `edge.waf`, as it costs while nobody calls.',
  },
  {
    rule: 'AwsSolutions-CFR3',
    path: 'Edge/Distribution/Resource',
    reason:
      "Every request that gets through is in the Region's access log; a bucket of the edge's own logs would hold addresses, cost, and have to be emptied before a stage can go.",
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<ChaosConfigurationBucket*.Arn>/FisConfigs/*]',
    path: 'platform/*/DefaultPolicy/Resource',
    reason:
      'The star is the object in which AWS Fault Injection Service says what is to be broken, by a name of its own, in a folder of a bucket that has nothing else.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    path: 'platform/Chaos/Role/Role/DefaultPolicy/Resource',
    reason:
      'tag:GetResources, which AWS asks for in the role of each experiment, and IAM knows no resource for.',
  },
  {
    rule: 'AwsSolutions-IAM5[*table/gsp-main-items/stream/*]',
    path: 'platform/conflicts-lambda/ServiceRole/DefaultPolicy/Resource',
    reason:
      'A stream is named by the moment at which it came into being, which nobody knows before; the pattern holds streams of this table only.',
  },
  {
    rule: 'AwsSolutions-IAM5[*:experiment/*]',
    path: 'platform/Chaos/Experimenter/Policy/Resource',
    reason:
      'The id of an experiment is drawn when it starts. From which templates one may be started is spelled out.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    path: 'platform/Chaos/Experimenter/Policy/Resource',
    reason:
      'Lists of templates and of experiments, which IAM knows no resource for. They tell and change nothing.',
  },
  {
    rule: 'AwsSolutions-S1',
    path: 'platform/Chaos/Configuration/Bucket/Resource',
    reason:
      'The bucket holds what is to be broken for some minutes, and no data; a second one for its access log would have to be kept and emptied for it.',
  },
  {
    rule: 'AwsSolutions-IAM4[*AWSLambdaBasicExecutionRole]',
    path: 'AmplifyBranchLinker/*/ServiceRole/Resource',
    reason:
      "Amplify's own: the function that links a branch to its backend. It may write logs, and it has no route.",
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::arn:aws:amplify:*:apps/d123/branches/main]',
    path: 'AmplifyBranchLinker/CustomResourceLambda/ServiceRole/DefaultPolicy/Resource',
    reason: "Amplify's own: the star is the account's number and Region; app and branch are spelled out.",
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<AmplifyBranchLinkerCustomResourceLambda*.Arn>:*]',
    path: 'AmplifyBranchLinker/CustomResourceProvider/framework-onEvent/ServiceRole/DefaultPolicy/Resource',
    reason: "CDK's own provider: any version of the one function that it calls.",
  },
  {
    rule: 'AwsSolutions-L1',
    path: 'AmplifyBranchLinker/CustomResourceLambda/Resource',
    reason: "Amplify's own: it takes the Node.js that its release was tried with. Ours run on Node.js 24.",
  },
];
