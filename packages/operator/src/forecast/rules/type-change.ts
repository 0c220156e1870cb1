import type { RefusalRule } from '../refusal.ts';

/**
 * A logical id keeps its type. A `Table` that became a `GlobalTable` is the one of which people hope otherwise.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
 */
export const typeChange: RefusalRule = ({ before, after }) =>
  Object.entries(after.Resources).flatMap(([logicalId, { Type: wanted }]) => {
    const old = before?.Resources[logicalId]?.Type;
    if (old === undefined || old === wanted) return [];
    return [
      {
        logicalId,
        what: `${old} would become ${wanted}`,
        why: 'CloudFormation does not permit that an update changes the type of a resource.',
        remedy:
          'Give the new resource a logical id of its own. A table that is to be kept is retained, taken out of the stack, and imported.',
      },
    ];
  });
