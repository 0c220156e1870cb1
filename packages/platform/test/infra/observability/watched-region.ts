import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { HealthCheck, HealthCheckType } from 'aws-cdk-lib/aws-route53';
import { RegionWatch } from '../../../src/infra/observability/region-watch.ts';
import { RegionalApi } from '../../../src/infra/regional-api.ts';
import { defineTopology } from '../../../src/topology/define-topology.ts';
import { resolveStage } from '../../../src/topology/resolve-stage.ts';
import type { StageInput } from '../../../src/topology/topology-schema.ts';

/** Functions of the fixture and their timeouts in seconds; one leaves Lambda's own. */
const TIMEOUTS = { health: undefined, api: 10, conflicts: 60 } as const;

/** One Region that is watched. */
export interface WatchedRegionOptions {
  /** Regions of the stage. @default - eu-west-1 and eu-central-1 */
  readonly regions?: readonly [string, ...string[]];
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
  const template = templates.get(shape) ?? Template.fromStack(placeWatch(options));
  templates.set(shape, template);
  return template;
}

function placeWatch(options: WatchedRegionOptions): Stack {
  const { regions = ['eu-west-1', 'eu-central-1'], changes = {}, hasHealthCheck = false } = options;
  const topology = defineTopology({
    project: 'shop',
    regions: ['eu-west-1', 'eu-central-1'],
    stages: { main: { ...changes, regions: [...regions] } },
  });
  const region = options.region ?? regions[0];
  const site = resolveStage(topology, { backendType: 'branch', backendName: 'main', region });
  const { strict = false } = options;
  const context = { '@aws-cdk/core:validateAgainstDefaultRules': strict };
  const stack = new Stack(new App({ context, builtinCloudFormationValidation: strict }), 'Platform');
  const functions = Object.fromEntries(
    Object.entries(TIMEOUTS).map(([name, seconds]) => [name, placeFunction(stack, name, seconds)]),
  );
  const [handler] = Object.values(functions);
  if (handler === undefined) throw new Error('no functions');
  const api = new RegionalApi(stack, 'Api', {
    apiName: site.apiName,
    routes: [],
    defaultHandler: handler,
    defaultThrottle: site.settings.throttle.traffic,
    allowOrigins: [],
    allowHeaders: [],
    exposeHeaders: [],
    accessLogGroupName: '/aws/vendedlogs/apis/shop',
    logRetentionDays: 7,
  });
  const healthCheck = new HealthCheck(stack, 'Check', {
    type: HealthCheckType.HTTPS,
    fqdn: 'api.example.com',
  });
  new RegionWatch(stack, 'Watch', {
    site,
    api,
    functions: {
      ...functions,
      ...(options.hasImportedFunction && {
        imported: LambdaFunction.fromFunctionName(stack, 'Imported', 'of-others'),
      }),
    },
    serving: options.serving ?? ['health', 'api'],
    ...(site.settings.table.consistency === 'eventual' && { streamConsumer: 'conflicts' }),
    ...(hasHealthCheck && { healthCheck }),
  });
  return stack;
}

function placeFunction(stack: Stack, name: string, timeoutSeconds: number | undefined): LambdaFunction {
  return new LambdaFunction(stack, name, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({})'),
    ...(timeoutSeconds !== undefined && { timeout: Duration.seconds(timeoutSeconds) }),
  });
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
