import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { HealthCheck, HealthCheckType } from 'aws-cdk-lib/aws-route53';
import { RegionWatch } from '../../../src/infra/observability/region-watch.ts';
import { canLoseWrites } from '../../../src/topology/backend-features.ts';
import type { StageInput } from '../../../src/topology/topology-schema.ts';
import { apiIn, contextOf, functionIn, type Regions, STRICT } from '../backend-fixture.ts';

/** Timeouts of the functions in seconds; `health` leaves Lambda's own. */
const TIMEOUTS = { api: 10, conflicts: 60 } as const;

/** One Region that is watched. */
export interface WatchedRegionOptions {
  /** Regions of the stage. @default - eu-west-1 and eu-central-1 */
  readonly regions?: Regions;
  /** Which of them. @default - the first */
  readonly region?: string;
  /** Settings that differ from the default ones. */
  readonly changes?: Partial<StageInput>;
  /** Whether a health check decides on the Region. @default false */
  readonly hasHealthCheck?: boolean;
  readonly serving?: readonly string[];
  /** Whether each finding of template validation is an error, which takes seconds. @default false */
  readonly strict?: boolean;
  /** Whether a function of another stack is handed over, too. @default false */
  readonly hasImportedFunction?: boolean;
}

const templates = new Map<string, Template>();

/** What the watch of one Region synthesizes to; each template once. */
export function watchedRegion(options: WatchedRegionOptions = {}): Template {
  const shape = JSON.stringify(options);
  const template = templates.get(shape) ?? Template.fromStack(stackOfWatch(options));
  templates.set(shape, template);
  return template;
}

function stackOfWatch(options: WatchedRegionOptions): Stack {
  const { changes, hasHealthCheck = false, strict = false } = options;
  const context = contextOf(changes, options);
  const app = new App({ context: strict ? STRICT : {}, builtinCloudFormationValidation: strict });
  const stack = new Stack(app, 'Platform');
  const functions = {
    health: functionIn(stack, 'health'),
    api: functionIn(stack, 'api', { timeout: Duration.seconds(TIMEOUTS.api) }),
    conflicts: functionIn(stack, 'conflicts', { timeout: Duration.seconds(TIMEOUTS.conflicts) }),
  };
  const api = apiIn(stack, context, functions.health);
  const healthCheck = new HealthCheck(stack, 'Check', {
    type: HealthCheckType.HTTPS,
    fqdn: 'api.example.com',
  });
  new RegionWatch(stack, 'Watch', {
    context,
    api,
    functions: {
      ...functions,
      ...(options.hasImportedFunction && {
        imported: LambdaFunction.fromFunctionName(stack, 'Imported', 'of-others'),
      }),
    },
    serving: options.serving ?? ['health', 'api'],
    ...(canLoseWrites(context) && { streamConsumer: 'conflicts' }),
    ...(hasHealthCheck && { healthCheck }),
  });
  return stack;
}

/** A metric as a template names it. */
export interface NamedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
}

/** An alarm as a template has it, as far as tests ask. */
export interface AlarmResource {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly Period?: number;
  readonly TreatMissingData?: string;
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
  readonly ExtendedStatistic?: string;
  readonly Statistic?: string;
  readonly metrics: readonly NamedMetric[];
  readonly expression?: string;
}

interface CfnMetric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

/** The metric alarms of a template by the last part of their name. */
export function alarmsOf(template: Template): ReadonlyMap<string, AlarmResource> {
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => {
    const queries: readonly {
      readonly Expression?: string;
      readonly MetricStat?: { readonly Metric: CfnMetric };
    }[] = Properties.Metrics ?? [];
    const named: readonly CfnMetric[] =
      Properties.MetricName === undefined
        ? queries.flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])
        : [Properties];
    const expression = queries.find(({ Expression }) => Expression !== undefined)?.Expression;
    return [
      Properties.AlarmName.replace('shop-main-', ''),
      { ...Properties, metrics: named.map(namedMetric), ...(expression !== undefined && { expression }) },
    ] as const;
  });
  return new Map(alarms);
}

function namedMetric({ Namespace, MetricName, Dimensions = [] }: CfnMetric): NamedMetric {
  return {
    namespace: Namespace,
    name: MetricName,
    dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
  };
}

/** One alarm that must be there. */
export function alarmOf(template: Template, name: string): AlarmResource {
  const alarm = alarmsOf(template).get(name);
  if (alarm === undefined) throw new Error(`no alarm ${name}: ${[...alarmsOf(template).keys()].join(', ')}`);
  return alarm;
}
