import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { tagBackend } from '../../../src/infra/backend-context.ts';
import type { ExperimentLimits } from '../../../src/infra/fault-injection/experiment.ts';
import { FaultInjection } from '../../../src/infra/fault-injection/fault-injection.ts';
import { GlobalTable } from '../../../src/infra/global-table.ts';
import { RegionWatch } from '../../../src/infra/observability/region-watch.ts';
import { canLoseWrites } from '../../../src/topology/backend-features.ts';
import type { StageInput } from '../../../src/topology/topology-schema.ts';
import { apiIn, backendFunction, contextOf, functionIn, type Regions } from '../backend-fixture.ts';

/** One Region that can be broken on purpose. */
export interface BrokenRegionOptions {
  /** Regions of the stage, of which the first is broken. @default - eu-west-1 and eu-central-1 */
  readonly regions?: Regions;
  readonly changes?: Partial<StageInput>;
  readonly limits?: ExperimentLimits;
  /** Whether the Region's watch is placed first. @default true */
  readonly isWatched?: boolean;
}

/** What fault injection of one Region synthesizes to, beside the watch that ends it. */
export function brokenRegion(options: BrokenRegionOptions = {}): Template {
  const { regions, changes, limits, isWatched = true } = options;
  const context = contextOf({ ...changes, faultInjection: true }, regions && { regions });
  const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Platform');
  const add = (name: string) => functionIn(stack, name, { functionName: `shop-main-${name}` });
  const health = add('health');
  const functions = { health, api: add('api'), control: add('control') };
  const table = new GlobalTable(context.tableName);
  if (isWatched) {
    const hasConflicts = canLoseWrites(context);
    new RegionWatch(stack, 'Watch', {
      context,
      api: apiIn(stack, context, health),
      functions: { ...functions, ...(hasConflicts && { conflicts: add('conflicts') }) },
      serving: [],
      ...(hasConflicts && { streamConsumer: 'conflicts' }),
    });
  }
  const props = { context, table, health: backendFunction(health), ...(limits && { limits }) };
  new FaultInjection(stack, 'Chaos', props);
  tagBackend(stack, context);
  return Template.fromStack(stack);
}
