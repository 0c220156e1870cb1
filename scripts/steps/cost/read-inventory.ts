import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord, isTemplate, type TemplateResource } from '../../../local/assembly/template.ts';

/** What a Region's templates hold that is billed while nobody uses it, or by use. */
export interface Inventory {
  readonly region: string;
  /** Memory of the function of ordinary traffic, in MB. */
  readonly memoryMb: number;
  /** Longest retention of any log group, in days. */
  readonly logRetentionDays: number;
  readonly hostedZones: number;
  readonly endpointChecks: readonly { readonly intervalSeconds: number; readonly checkerRegions: number }[];
  readonly calculatedChecks: number;
  /** Metrics that alarms look at; metric math is billed for each of its metrics. */
  readonly alarmMetrics: number;
  readonly compositeAlarms: number;
  readonly dashboards: number;
  /** Regions whose replica can be restored to any second. */
  readonly recoveryRegions: readonly string[];
  readonly hasHeartbeat: boolean;
}

/** Reads every template of a cloud assembly, nested stacks too. */
export async function readInventory(assemblyDir: string, region: string): Promise<Inventory> {
  const files = (await readdir(assemblyDir)).filter((name) => name.endsWith('.template.json'));
  const templates = await Promise.all(
    files.map(async (name): Promise<unknown> => JSON.parse(await readFile(join(assemblyDir, name), 'utf8'))),
  );
  return inventoryOf(
    templates.filter(isTemplate).flatMap(({ Resources }) => Object.values(Resources)),
    region,
  );
}

/** What those resources of one Region come to. */
export function inventoryOf(resources: readonly TemplateResource[], region: string): Inventory {
  const of = (type: string) =>
    resources.filter(({ Type }) => Type === type).map(({ Properties = {} }) => Properties);
  const checks = of('AWS::Route53::HealthCheck').map(({ HealthCheckConfig }) =>
    isRecord(HealthCheckConfig) ? HealthCheckConfig : {},
  );
  const endpoints = checks.filter(({ Type }) => Type === 'HTTPS');
  const functions = of('AWS::Lambda::Function');
  const named = (part: string) => functions.find(({ FunctionName }) => String(FunctionName).endsWith(part));
  return {
    region,
    memoryMb: Number(named('-api')?.MemorySize ?? 128),
    logRetentionDays: Math.max(
      0,
      ...of('AWS::Logs::LogGroup').map(({ RetentionInDays }) => Number(RetentionInDays ?? 0)),
    ),
    hostedZones: of('AWS::Route53::HostedZone').length,
    endpointChecks: endpoints.map(({ RequestInterval, Regions }) => ({
      intervalSeconds: Number(RequestInterval ?? 30),
      checkerRegions: Array.isArray(Regions) ? Regions.length : 8,
    })),
    calculatedChecks: checks.length - endpoints.length,
    alarmMetrics: of('AWS::CloudWatch::Alarm').reduce((sum, alarm) => sum + metricsIn(alarm.Metrics), 0),
    compositeAlarms: of('AWS::CloudWatch::CompositeAlarm').length,
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    recoveryRegions: of('AWS::DynamoDB::GlobalTable').flatMap(({ Replicas }) => recoverable(Replicas)),
    hasHeartbeat: named('-heartbeat') !== undefined && of('AWS::Events::Rule').length > 0,
  };
}

function metricsIn(metrics: unknown): number {
  if (!Array.isArray(metrics)) return 1;
  return metrics.filter((each) => isRecord(each) && each.MetricStat !== undefined).length;
}

function recoverable(replicas: unknown): string[] {
  const all: unknown[] = Array.isArray(replicas) ? replicas : [];
  return all
    .filter(isRecord)
    .flatMap(({ Region, PointInTimeRecoverySpecification: recovery }) =>
      isRecord(recovery) && recovery.PointInTimeRecoveryEnabled === true ? [String(Region)] : [],
    );
}
