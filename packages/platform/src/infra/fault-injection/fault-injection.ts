import { CfnExperimentTemplate } from 'aws-cdk-lib/aws-fis';
import { Construct } from 'constructs';
import { canLoseWrites } from '../../topology/backend-features.ts';
import { experimenterPolicyName, experimentName } from '../../topology/names.ts';
import type { BackendContext } from '../../topology/resolve-stage.ts';
import type { BackendFunction } from '../configure-function.ts';
import type { GlobalTable } from '../global-table.ts';
import {
  EXPERIMENT_LIMITS,
  type Experiment,
  type ExperimentLimits,
  healthExperiments,
  replicationExperiment,
} from './experiment.ts';
import { ExperimentRole } from './experiment-role.ts';
import { ExperimenterPolicy } from './experimenter-policy.ts';
import { FaultConfiguration } from './fault-configuration.ts';
import { stopConditionArns } from './stop-conditions.ts';

/** What {@link FaultInjection} breaks. */
export interface FaultInjectionProps {
  readonly context: BackendContext;
  /** Answers health probes, and nothing else. */
  readonly health: BackendFunction;
  readonly table: GlobalTable;
  /** @default - {@link EXPERIMENT_LIMITS} */
  readonly limits?: ExperimentLimits;
}

/**
 * Everything by which AWS Fault Injection Service can break one Region on purpose: experiments to be started, the role
 * that they run as, alarms that end them, and who may start them. Nothing runs by itself, and nothing costs while idle but
 * the health function's look into a bucket once a minute.
 *
 * The Region's watch has to be made before: its alarms end what goes wrong. Where the setting is off nothing is made.
 */
export class FaultInjection extends Construct {
  constructor(scope: Construct, id: string, props: FaultInjectionProps) {
    super(scope, id);
    const { context, health, table, limits = EXPERIMENT_LIMITS } = props;
    if (!context.settings.faultInjection) return;
    const { functionArn } = health.resources.lambda;
    const canPause = context.regions.length > 1 && canLoseWrites(context);
    const configuration = new FaultConfiguration(this, 'Configuration');
    configuration.reach(health);
    const { roleArn } = new ExperimentRole(this, 'Role', {
      functionArn,
      configurationArn: configuration.objectsArn,
      replicaArn: canPause ? table.replicaArn : undefined,
    });
    const stopArns = stopConditionArns(this, context);
    const add = (experiment: Experiment, targetArn: string) =>
      this.addExperiment(experiment, { context, roleArn, targetArn, stopArns });
    const templates = [
      ...healthExperiments(limits).map((experiment) => add(experiment, functionArn)),
      ...(canPause ? [add(replicationExperiment(limits), table.replicaArn)] : []),
    ];
    new ExperimenterPolicy(this, 'Experimenter', {
      policyName: experimenterPolicyName(context.project, context.stage, context.region),
      templateIds: templates.map(({ attrId }) => attrId),
    });
  }

  private addExperiment(
    { kind, description, actionId, parameters, targetKey, resourceType }: Experiment,
    { context, roleArn, targetArn, stopArns }: ExperimentTarget,
  ): CfnExperimentTemplate {
    return new CfnExperimentTemplate(this, kind, {
      description,
      roleArn,
      targets: { [targetKey]: { resourceType, resourceArns: [targetArn], selectionMode: 'ALL' } },
      actions: { [kind]: { actionId, parameters: { ...parameters }, targets: { [targetKey]: targetKey } } },
      stopConditions: stopArns.map((value) => ({ source: 'aws:cloudwatch:alarm', value })),
      // A target that is not there is a mistake, and no experiment that went well.
      experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
      tags: { Name: experimentName(context.project, context.stage, kind) },
    });
  }
}

interface ExperimentTarget {
  readonly context: BackendContext;
  readonly roleArn: string;
  readonly targetArn: string;
  readonly stopArns: readonly string[];
}
