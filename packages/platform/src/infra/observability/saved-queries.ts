import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { accessLogGroupName, functionLogGroupName, functionName } from '../../topology/names.ts';
import type { BackendContext } from '../../topology/resolve-stage.ts';

/** What {@link SavedQueries} search. */
export interface SavedQueriesProps {
  readonly context: BackendContext;
  /** Functions of the Region, by their own part of the name. */
  readonly functions: readonly string[];
  /** The stream consumer's own part of its name. @default - no function reads the stream */
  readonly streamConsumer?: string | undefined;
}

interface SavedQuery {
  readonly title: string;
  readonly logGroups: readonly string[];
  /** Commands of Logs Insights, one after the other. */
  readonly commands: readonly string[];
}

/**
 * Questions to the logs that come up when something is wrong, saved in CloudWatch under `<project>/<stage>/`. They cost
 * nothing until they are run; a run costs by what it reads, so set the time range first.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, props: SavedQueriesProps) {
    super(scope, id);
    const { project, stage } = props.context;
    for (const { title, logGroups, commands } of queriesOf(props)) {
      new CfnQueryDefinition(this, title.replaceAll(' ', '-'), {
        name: `${project}/${stage}/${title}`,
        logGroupNames: [...logGroups],
        queryString: commands.join('\n| '),
      });
    }
  }
}

function queriesOf({ context, functions, streamConsumer }: SavedQueriesProps): SavedQuery[] {
  const logOf = (name: string) => functionLogGroupName(functionName(context.project, context.stage, name));
  const everywhere = functions.map(logOf);
  return [
    {
      title: 'errors',
      logGroups: everywhere,
      commands: [
        'fields @timestamp, correlationId, route, status, error.code, error.name, coalesce(error.message, errorMessage, message) as what, @log',
        // Lambda's own word for a crash or a timeout stands in its report.
        'filter level in ["ERROR", "FATAL"] or record.status in ["error", "failure", "timeout"]',
        'sort @timestamp desc',
        'limit 200',
      ],
    },
    {
      title: 'slowest requests',
      logGroups: everywhere,
      commands: [
        'filter message = "request"',
        'fields @timestamp, durationMs, route, status, coldStart, correlationId, @log',
        'sort durationMs desc',
        'limit 50',
      ],
    },
    {
      title: 'one correlation id',
      logGroups: everywhere,
      commands: [
        'fields @timestamp, level, message, route, status, durationMs, lambdaRequestId, @log, @message',
        'filter correlationId = "PUT THE CORRELATION ID HERE"',
        'sort @timestamp asc',
      ],
    },
    {
      title: 'answers by route',
      logGroups: [accessLogGroupName(context.apiName)],
      commands: [
        'stats count(*) as requests, pct(responseLatency, 50) as p50Ms, pct(responseLatency, 99) as p99Ms by routeKey, status',
        'sort requests desc',
      ],
    },
    {
      title: 'evacuations',
      logGroups: everywhere,
      commands: [
        'filter message = "evacuation"',
        'fields @timestamp, outcome, act, target, by, reason, expiresInSeconds, why, correlationId',
        'sort @timestamp desc',
      ],
    },
    ...(streamConsumer === undefined
      ? []
      : [
          {
            title: 'conflicts',
            logGroups: [logOf(streamConsumer)],
            commands: [
              'filter message in ["conflict", "taken-back"]',
              'fields @timestamp, message, pk, sk, writtenIn, winner.writtenIn, counter, countedIn, keptIn',
              'sort @timestamp desc',
              'limit 200',
            ],
          },
        ]),
  ];
}
