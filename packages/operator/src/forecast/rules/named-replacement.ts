import { nameOfResource } from '../physical-name.ts';
import type { RefusalRule } from '../refusal.ts';

/**
 * A resource that keeps the name it is given cannot be replaced: the new one is made before the old one goes.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
 */
export const namedReplacement: RefusalRule = ({ before, after, changes }) =>
  changes
    .filter(({ impact }) => impact === 'replaced')
    .flatMap(({ logicalId, type, properties }) => {
      const [old, wanted] = [before?.Resources[logicalId], after.Resources[logicalId]];
      if (old === undefined || wanted === undefined || old.Type !== wanted.Type) return [];
      const name = nameOfResource(wanted);
      if (name === undefined || nameOfResource(old) !== name) return [];
      return [
        {
          logicalId,
          what: `${type} ${name} would be replaced (${properties.slice(0, 3).join(', ')}) and keeps its name`,
          why: 'CloudFormation makes the new one before it deletes the old one, and two cannot have one name.',
          remedy: 'Set the property back, or give the resource another name and move to it what it holds.',
        },
      ];
    });
