import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import type { BackendContext } from '../topology/resolve-stage.ts';

/** What a {@link StageBudget} is made of. */
export interface StageBudgetProps {
  readonly context: Pick<BackendContext, 'project' | 'stage' | 'role' | 'settings'>;
}

/**
 * Tells people when a stage costs, or will cost, more in a month than it should. It stops nothing. An account has budgets
 * once, not by Region: only the primary makes one, where the stage has one, and it counts the cost in all Regions.
 *
 * The cost is told apart by the tags `project` and `stage`. Both must be activated as cost allocation tags in the billing
 * console, once for the account, after the first resource has them; until then the budget sees nothing.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-budgets-budget.html
 * @see https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html
 */
export class StageBudget extends Construct {
  constructor(scope: Construct, id: string, { context }: StageBudgetProps) {
    super(scope, id);
    const { project, stage, role, settings } = context;
    if (settings.budget === null || role !== 'primary') return;
    const { monthlyUsd, emails } = settings.budget;
    const subscribers = emails.map((address) => ({ subscriptionType: 'EMAIL', address }));
    const alert = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: {
        notificationType,
        comparisonOperator: 'GREATER_THAN',
        threshold,
        thresholdType: 'PERCENTAGE',
      },
      subscribers,
    });
    new CfnBudget(this, 'Monthly', {
      budget: {
        budgetName: `${project}-${stage}-monthly`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyUsd, unit: 'USD' },
        // Where AWS takes either tag instead of both, other stages of the project count too: told too early, not too late.
        costFilters: { TagKeyValue: [`user:project$${project}`, `user:stage$${stage}`] },
      },
      notificationsWithSubscribers: [alert('ACTUAL', 80), alert('ACTUAL', 100), alert('FORECASTED', 100)],
    });
  }
}
