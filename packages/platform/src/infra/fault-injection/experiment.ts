import type { ExperimentKind } from '../../topology/names.ts';

/** One fault that AWS Fault Injection Service brings about, as `AWS::FIS::ExperimentTemplate` has it. */
export interface Experiment {
  readonly kind: ExperimentKind;
  readonly description: string;
  readonly actionId: string;
  /** Of the action; FIS takes texts only. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What the action calls the things that it breaks. */
  readonly targetKey: 'Functions' | 'Tables';
  readonly resourceType: 'aws:lambda:function' | 'aws:dynamodb:global-table';
}

/** How hard and for how long a Region is broken. */
export interface ExperimentLimits {
  /**
   * Minutes after which FIS ends an experiment by itself, 1..720. A drill ends it sooner; this is what is left of it when
   * nobody does.
   */
  readonly durationMinutes: number;
  /** Percent of the health function's invocations that are broken, 1..100. */
  readonly percentage: number;
  /** By how much an answer is late, in milliseconds. */
  readonly delayMs: number;
}

/**
 * 15 minutes: checks of 30 s x 3, the time to live, the minute in which execution environments notice an experiment, and
 * for replication the five that FIS takes to pause it, all fit in twice. Far below the 20 hours after which DynamoDB makes
 * a replica that may not replicate a table of its own for good.
 *
 * Every invocation: of fewer, some checkers see a good answer, and whether the Region fails over is chance.
 *
 * 2.5 s: later than the 2 s that a checker waits, and sooner than the 3 s after which Lambda cuts the function off: late is
 * another fault than crashed.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-security.html
 */
export const EXPERIMENT_LIMITS: ExperimentLimits = { durationMinutes: 15, percentage: 100, delayMs: 2_500 };

const ON_FUNCTION = { targetKey: 'Functions', resourceType: 'aws:lambda:function' } as const;

/**
 * The experiments that the health function can be put through. Callers' traffic is served by another function and goes on
 * being answered: what fails is the Region's word for its own health, so that Route 53 moves traffic and nobody is harmed.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/use-lambda-actions.html
 */
export function healthExperiments({
  durationMinutes,
  percentage,
  delayMs,
}: ExperimentLimits): readonly Experiment[] {
  const parameters = { duration: iso8601(durationMinutes), invocationPercentage: String(percentage) };
  return [
    {
      ...ON_FUNCTION,
      kind: 'health-503',
      description:
        'The Region says that it is unhealthy, while it serves: health probes are answered with 503',
      actionId: 'aws:lambda:invocation-http-integration-response',
      parameters: {
        ...parameters,
        statusCode: '503',
        contentTypeHeader: 'application/json',
        preventExecution: 'true',
      },
    },
    {
      ...ON_FUNCTION,
      kind: 'health-error',
      description: 'The function that answers health probes fails, so that API Gateway answers with 5xx',
      actionId: 'aws:lambda:invocation-error',
      parameters: { ...parameters, preventExecution: 'true' },
    },
    {
      ...ON_FUNCTION,
      kind: 'health-delay',
      description: 'A grey failure: health probes are answered well, but later than health checkers wait',
      actionId: 'aws:lambda:invocation-add-delay',
      parameters: { ...parameters, startupDelayMilliseconds: String(delayMs) },
    },
  ];
}

/**
 * The experiment that stops replication to and from the Region, between replicas that are eventually consistent. Under
 * strong consistency the same action makes writes fail instead, which is another experiment, with other rights.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
export function replicationExperiment({ durationMinutes }: ExperimentLimits): Experiment {
  return {
    kind: 'replication-pause',
    description: 'Nothing is replicated to or from the Region, while all Regions take writes',
    actionId: 'aws:dynamodb:global-table-pause-replication',
    parameters: { duration: iso8601(durationMinutes) },
    targetKey: 'Tables',
    resourceType: 'aws:dynamodb:global-table',
  };
}

function iso8601(minutes: number): string {
  return `PT${minutes}M`;
}
