import { nameOfResource } from '../physical-name.ts';
import type { RefusalRule } from '../refusal.ts';

/**
 * A resource that moves from one stack to another, or to another logical id, with the name that it has: it is made in its new
 * place while the old one is still there.
 *
 *     stack a   has "items" ............................ removes "items"
 *     stack b   makes "items": refused, there is one
 */
export const takenName: RefusalRule = ({ region, after, changes }, all) => {
  const created = changes.filter(({ impact }) => impact === 'created');
  return created.flatMap(({ logicalId, type }) => {
    const wanted = after.Resources[logicalId];
    const name = wanted && nameOfResource(wanted);
    if (name === undefined) return [];
    const holder = all.find(
      (other) =>
        other.region === region &&
        Object.values(other.before?.Resources ?? {}).some(
          (resource) => resource.Type === type && nameOfResource(resource) === name,
        ),
    );
    if (holder === undefined) return [];
    return [
      {
        logicalId,
        what: `${type} ${name} would be made while ${holder.stack} has it`,
        why: 'It is made before the old one is removed, and two cannot have one name in a region.',
        remedy: `Retain it in ${holder.stack}, deploy, and import it where it belongs; or give the new one another name.`,
      },
    ];
  });
};
