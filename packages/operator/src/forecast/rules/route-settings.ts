import { isRecord } from '@gsp/twin';
import type { RefusalRule } from '../refusal.ts';
import type { Template } from '../stack-tree.ts';

/**
 * Settings of a stage name routes of its API: one whose route is gone is refused, "Unable to find Route by key". An update
 * merges settings, so that those of a route that goes stay, and stop the next update of the stage.
 *
 * @see https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename-routesettings-routekey.html
 */
export const routeSettings: RefusalRule = ({ before, after }) => {
  const routes = new Set(
    resourcesOf(after, 'AWS::ApiGatewayV2::Route').map(
      ({ api, properties }) => `${api} ${String(properties.RouteKey)}`,
    ),
  );
  const wanted = settingsOf(after);
  const unknown = wanted.filter(({ id }) => !routes.has(id));
  const isWanted = new Set(wanted.map(({ id }) => id));
  const left = settingsOf(before).filter(({ id }) => !routes.has(id) && !isWanted.has(id));
  return [
    ...unknown.map(({ logicalId, key }) => ({
      logicalId,
      what: `the stage has settings of the route ${key}, which its API does not have`,
      why: 'API Gateway refuses the stage: it finds no route of that key.',
      remedy: 'Take its settings out with the route.',
    })),
    ...left.map(({ logicalId, key }) => ({
      logicalId,
      what: `the route ${key} would go while the stage has settings of it`,
      why: 'API Gateway merges settings into those that are there: they stay, and the next update of the stage is refused.',
      remedy: `Remove them first: aws apigatewayv2 delete-route-settings --api-id <api id> --stage-name <stage> --route-key '${key}'`,
    })),
  ];
};

interface RouteSetting {
  /** The API and the key. */
  readonly id: string;
  readonly key: string;
  /** Of the stage. */
  readonly logicalId: string;
}

function settingsOf(template: Template | null): RouteSetting[] {
  return resourcesOf(template, 'AWS::ApiGatewayV2::Stage').flatMap(({ logicalId, api, properties }) =>
    Object.keys(isRecord(properties.RouteSettings) ? properties.RouteSettings : {}).map((key) => ({
      ...{ id: `${api} ${key}`, key, logicalId },
    })),
  );
}

function resourcesOf(template: Template | null, type: string) {
  return Object.entries(template?.Resources ?? {}).flatMap(([logicalId, { Type, Properties = {} }]) =>
    Type === type ? [{ logicalId, api: JSON.stringify(Properties.ApiId), properties: Properties }] : [],
  );
}
