import type { Template } from 'aws-cdk-lib/assertions';
import { z } from 'zod';
import type { NamedMetric } from './watched-region.ts';

const widgetSchema = z.object({
  type: z.enum(['metric', 'alarm', 'text']),
  x: z.number().int().min(0).max(23),
  y: z.number().int().min(0),
  width: z.number().int().min(1).max(24),
  height: z.number().int().min(1).max(1_000),
  properties: z.looseObject({
    title: z.string().optional(),
    region: z.string().optional(),
    metrics: z.array(z.array(z.unknown())).optional(),
    alarms: z.array(z.string()).optional(),
  }),
});

const bodySchema = z.object({ widgets: z.array(widgetSchema) });

/** A dashboard's body, with words in place of what is known at deployment. Not JSON, or not a dashboard's: a test fails. */
export function dashboardBody(template: Template): z.output<typeof bodySchema> {
  const [dashboard, ...others] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  if (dashboard === undefined || others.length > 0) throw new Error('one dashboard is needed');
  const [, parts]: [string, unknown[]] = dashboard.Properties.DashboardBody['Fn::Join'];
  const text = parts.map((part) => (typeof part === 'string' ? part : wordFor(part))).join('');
  return bodySchema.parse(JSON.parse(text));
}

function wordFor(reference: unknown): string {
  return JSON.stringify(reference).replaceAll(/[^\w:.]/g, '');
}

/** A metric on a dashboard. */
export interface ShownMetric extends NamedMetric {
  readonly title: string;
  readonly region: unknown;
  readonly label: unknown;
}

/** Every metric of a dashboard, as its widgets name it: namespace, name, dimensions in pairs, options. */
export function dashboardMetrics(template: Template): ShownMetric[] {
  return dashboardBody(template).widgets.flatMap(({ properties: { title = '', metrics = [] } }) =>
    metrics.map((parts) => {
      const last = parts.at(-1);
      const options = typeof last === 'object' && last !== null ? last : {};
      const [namespace, name, ...pairs] = parts.filter((part) => typeof part === 'string');
      if (namespace === undefined || name === undefined)
        throw new Error(`no metric: ${JSON.stringify(parts)}`);
      const dimensions: Record<string, unknown> = {};
      for (let at = 0; at < pairs.length; at += 2) dimensions[String(pairs[at])] = pairs[at + 1];
      const [region, label] = [Reflect.get(options, 'region'), Reflect.get(options, 'label')];
      return { title, namespace, name, dimensions, region, label };
    }),
  );
}
