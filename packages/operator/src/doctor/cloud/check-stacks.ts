import { type BackendStack, isComplete, isSettled } from '../../cloud/backend-stack.ts';
import { findBackendStack, findTableStack } from '../../cloud/find-backend-stack.ts';
import { primaryOf } from '../../cloud/stage-target.ts';
import type { CheckResult } from '../check-result.ts';
import { type AccountContext, runCheck } from './run-check.ts';

/**
 * Whether the stack of each region can be deployed to, and that of the table, all of them asked at once.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */
export async function checkStacks(context: AccountContext): Promise<readonly CheckResult[]> {
  const { target, cloud, signal } = context;
  const asked = target.regions.map((region) =>
    runCheck(
      { check: 'stack', stage: target.stage, region, act: 'find the stack', signal },
      async (bounded) => {
        const clients = cloud.region(region);
        const stack = await findBackendStack(clients, target, bounded);
        const found = stack === null ? absent(context, region) : judge(context, stack);
        if (region !== primaryOf(target)) return [found];
        // That the table has none yet is told with the table.
        const table = await findTableStack(clients, target, bounded);
        return table === null ? [found] : [judge(context, table), found];
      },
    ),
  );
  return (await Promise.all(asked)).flat();
}

function absent({ target }: AccountContext, region: string): CheckResult {
  const found = { check: 'stack', stage: target.stage, level: 'ok' } as const;
  if (region === primaryOf(target)) return { ...found, what: `${region}: none yet; it is made first` };
  return {
    ...found,
    what: `${region}: none yet; it is made after ${primaryOf(target)}'s, with which the table is made`,
  };
}

function judge(
  { target }: AccountContext,
  { region, stackName, status, statusReason, revision }: BackendStack,
): CheckResult {
  const found = { check: 'stack', stage: target.stage } as const;
  const what = `${region}: ${stackName} is ${status}`;
  if (isComplete(status)) {
    return { ...found, level: 'ok', what: revision === null ? what : `${what}, revision ${revision}` };
  }
  if (status === 'REVIEW_IN_PROGRESS') {
    return {
      ...found,
      level: 'note',
      what,
      why: 'A change set that nobody carried out; the next deploy makes the stack.',
    };
  }
  if (status === 'UPDATE_ROLLBACK_COMPLETE') {
    return {
      ...found,
      level: 'note',
      what,
      why: 'Its last update failed and was taken back. The next deploy updates it as usual.',
    };
  }
  const why = statusReason === null ? {} : { why: statusReason };
  if (!isSettled(status)) {
    const remedy = 'Somebody is deploying it: wait until it is done. npm run deploy waits as well.';
    return { ...found, level: 'warning', what, ...why, remedy };
  }
  if (status === 'ROLLBACK_COMPLETE') {
    return {
      ...found,
      level: 'warning',
      what,
      why: 'Its creation failed and was taken back: it holds nothing, and only its deletion can follow.',
      remedy: `npm run deploy deletes it and makes another; by hand: ${deletion({ region, stackName })}`,
    };
  }
  return { ...found, level: 'fault', what, ...why, remedy: remedyFor(status, { region, stackName }) };
}

function remedyFor(status: string, { region, stackName }: { region: string; stackName: string }): string {
  const about = `--stack-name ${stackName} --region ${region}`;
  if (status === 'UPDATE_ROLLBACK_FAILED') {
    return `Remove what the stack's events name as the cause, then aws cloudformation continue-update-rollback ${about}`;
  }
  if (status === 'ROLLBACK_FAILED' || status === 'CREATE_FAILED' || status === 'DELETE_FAILED') {
    return `Remove what the stack's events name as the cause, then ${deletion({ region, stackName })}, then deploy again.`;
  }
  return `See the stack's events: aws cloudformation describe-stack-events ${about}`;
}

function deletion({ region, stackName }: { region: string; stackName: string }): string {
  return `aws cloudformation delete-stack --stack-name ${stackName} --region ${region}`;
}
