import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { StageBudget } from '../../src/infra/stage-budget.ts';
import { contextOf } from './backend-fixture.ts';

const monthly = { monthlyUsd: 50, emails: ['a@example.com', 'b@example.com'] };

test('StageBudget limits the month and tells each address at 80 %, 100 % and a forecast of 100 %', () => {
  const stack = new Stack(new App(), 'Stack');
  new StageBudget(stack, 'Budget', { context: { ...contextOf({ budget: monthly }), project: 'gsp' } });
  const template = Template.fromStack(stack);
  const [budget, ...others] = Object.values(template.findResources('AWS::Budgets::Budget'));
  expect(others).toEqual([]);
  const { Budget, NotificationsWithSubscribers } = budget?.Properties ?? {};
  expect(Budget).toEqual({
    BudgetName: 'gsp-main-monthly',
    BudgetType: 'COST',
    TimeUnit: 'MONTHLY',
    BudgetLimit: { Amount: 50, Unit: 'USD' },
    CostFilters: { TagKeyValue: ['user:project$gsp', 'user:stage$main'] },
  });
  const alerts = NotificationsWithSubscribers.map(
    ({ Notification }: { Notification: { NotificationType: string; Threshold: number } }) =>
      `${Notification.NotificationType} ${Notification.Threshold}`,
  );
  expect(alerts).toEqual(['ACTUAL 80', 'ACTUAL 100', 'FORECASTED 100']);
  for (const { Subscribers } of NotificationsWithSubscribers) {
    expect(Subscribers).toEqual([
      { SubscriptionType: 'EMAIL', Address: 'a@example.com' },
      { SubscriptionType: 'EMAIL', Address: 'b@example.com' },
    ]);
  }
});

test.each([
  ['the stage has none', contextOf()],
  ['the Region is a secondary', contextOf({ budget: monthly }, { region: 'eu-central-1' })],
])('StageBudget makes nothing when %s', (_, context) => {
  const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Stack');
  new StageBudget(stack, 'Budget', { context });
  Template.fromStack(stack).resourceCountIs('AWS::Budgets::Budget', 0);
});
