import type { Impact, ResourceChange } from './compare-stacks.ts';
import type { Forecast, StackVerdict } from './judge-forecast.ts';

const order: readonly Impact[] = ['created', 'updated', 'replaced', 'may-be-replaced', 'removed', 'kept'];

const words: Readonly<Record<Impact, string>> = {
  created: 'created',
  updated: 'updated',
  replaced: 'replaced',
  'may-be-replaced': 'perhaps replaced',
  removed: 'removed',
  kept: 'left behind',
};

/** What happens to a stack in a line: `2 created, 1 replaced`. */
export function summarizeChanges({ changes }: Pick<StackVerdict, 'changes'>): string {
  const counts = order.flatMap((impact) => {
    const count = changes.filter((change) => change.impact === impact).length;
    return count === 0 ? [] : [`${count} ${words[impact]}`];
  });
  return counts.length === 0 ? 'nothing changes' : counts.join(', ');
}

/** A change in a line: `replaced platform/Api (ProtocolType): loses its address, which clients carry`. */
export function describeChange({ impact, logicalId, type, properties, loss }: ResourceChange): string {
  const by = properties.length === 0 ? '' : ` (${properties.slice(0, 3).join(', ')})`;
  const lost = loss === undefined || impact === 'kept' ? '' : `: loses ${loss}`;
  return `${words[impact]} ${logicalId}, ${type}${by}${lost}`;
}

/** A forecast for a person: a line for each stack, and one for each change that is more than a creation or an update. */
export function renderForecast({ stacks, isClear }: Forecast): string {
  const lines = stacks.flatMap((verdict) => [
    `${verdict.region}  ${verdict.stack}: ${verdict.isNew ? 'new, ' : ''}${summarizeChanges(verdict)}`,
    ...verdict.changes
      .filter(({ impact }) => impact !== 'created' && impact !== 'updated')
      .map((change) => `  ${describeChange(change)}`),
    ...verdict.refusals.map(({ logicalId, what }) => `  refused by AWS: ${logicalId}: ${what}`),
  ]);
  const end = isClear ? 'Nothing stands against it.' : 'This would not be deployed.';
  return [...lines, end].join('\n');
}
