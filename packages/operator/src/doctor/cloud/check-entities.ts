import { platformOutputsSchema } from '@gsp/platform/contract';
import { findBackendStack } from '../../cloud/find-backend-stack.ts';
import type { CheckResult } from '../check-result.ts';
import { type DeployedEntities, judgeEntities } from './judge-entities.ts';
import { type AccountContext, runCheck } from './run-check.ts';

/**
 * Whether every region finds what is stored once the definition is deployed: what each put out when it was deployed is compared
 * with the definition, all regions of the stage at once, whichever are to be deployed, since they share the items.
 */
export async function checkEntities(context: AccountContext): Promise<readonly CheckResult[]> {
  const { target, cloud, signal, entities } = context;
  const { stage } = target;
  if (entities instanceof Error) {
    return [
      {
        check: 'entities',
        stage,
        level: 'fault',
        what: `amplify/entities cannot be loaded: ${entities.message}`,
      },
    ];
  }
  const asked = target.regions.map((region) =>
    runCheck({ check: 'entities', stage, region, act: 'read the outputs', signal }, async (bounded) => {
      const stack = await findBackendStack(cloud.region(region), target, bounded);
      const deployed = entitiesIn(stack?.customOutputs ?? null);
      return deployed === null ? [] : judgeEntities(target, { deployed, wanted: entities });
    }),
  );
  return unlessSaid((await Promise.all(asked)).flat());
}

/** What a region says of entities; null where it is not deployed, or says nothing that this version reads. */
function entitiesIn(customOutputs: string | null): DeployedEntities | null {
  if (customOutputs === null) return null;
  const { custom }: { custom?: unknown } = Object(JSON.parse(customOutputs));
  const outputs = platformOutputsSchema.safeParse(custom);
  return outputs.success ? (outputs.data.platform.entities ?? {}) : null;
}

/** Regions of one deployment say the same; what one of them has to say that is not `ok` is said. */
function unlessSaid(results: readonly CheckResult[]): CheckResult[] {
  const first = results.filter(({ what }, at) => results.findIndex((other) => other.what === what) === at);
  return first.some(({ level }) => level !== 'ok') ? first.filter(({ level }) => level !== 'ok') : first;
}
