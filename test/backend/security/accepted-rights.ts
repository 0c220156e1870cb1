/** A difference between what a function may do and what its code calls, and why it stands. */
export interface AcceptedRight {
  readonly name: string;
  readonly action: string;
  readonly reason: string;
}

const streamReason =
  "Lambda's event source mapping reads the stream with the function's role; no code of ours calls it.";
const logReason = "Lambda writes what the function prints with the function's role.";

/** What a role allows that the code never calls. `*` for every function. */
export const uncalledRights: readonly AcceptedRight[] = [
  ...['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
    name: '*',
    action,
    reason: logReason,
  })),
  ...['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((action) => ({
    ...{ name: 'conflicts', action: `dynamodb:${action}`, reason: streamReason },
  })),
  {
    name: 'conflicts',
    action: 'sqs:SendMessage',
    reason: "Lambda's event source mapping puts the position of a lost batch there with the function's role.",
  },
  ...['s3:GetObject', 's3:ListBucket'].map((action) => ({
    name: 'health',
    action,
    reason:
      "The extension of AWS Fault Injection Service reads with the function's role what is to be broken.",
  })),
];

/** What is allowed on every resource, as IAM knows none for it, and why it is allowed at all. */
export const rightsWithoutResource: readonly Omit<AcceptedRight, 'name'>[] = [
  {
    action: 'tag:GetResources',
    reason: 'AWS asks for it in the role of every experiment here; it tells which resources have which tags.',
  },
  ...['fis:ListExperimentTemplates', 'fis:ListExperiments'].map((action) => ({
    action,
    reason: 'Whoever starts an experiment has to find it, and to see that none is under way.',
  })),
];

/** What stands in the code of a function and is never called by it, so that its role lacks the right. */
export const unreachedCalls: readonly AcceptedRight[] = [
  {
    name: 'conflicts',
    action: 'dynamodb:GetItem',
    reason: 'The adapter of the conflict log reads for the API; the consumer only appends to the log.',
  },
  {
    name: 'conflicts',
    action: 'dynamodb:Query',
    reason: 'The adapters of log and counters read for the API; the consumer appends and takes back only.',
  },
];
