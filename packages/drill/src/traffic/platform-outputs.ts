import type { TargetPlatform } from './target-platform.ts';

/** The part of `amplify_outputs.json` from which the client learns where the platform is. */
export interface PlatformOutputs {
  readonly version: string;
  readonly custom: {
    readonly API: Readonly<
      Record<string, { readonly endpoint: string; readonly region: string; readonly apiName: string }>
    >;
    readonly platform: {
      readonly project: string;
      readonly stage: string;
      readonly regions: Readonly<Record<string, { readonly role: string; readonly apiName: string }>>;
      readonly domain: null;
    };
  };
}

/** The outputs of a platform under drill: the regional endpoints only, the primary first. */
export function platformOutputs({
  regions,
  primary,
}: Pick<TargetPlatform, 'regions' | 'primary'>): PlatformOutputs {
  const nameOf = (region: string) => `drill-${region}`;
  const inOrder = regions.toSorted((a, b) => Number(b.region === primary) - Number(a.region === primary));
  return {
    version: '1.4',
    custom: {
      API: Object.fromEntries(
        inOrder.map(({ region, api }) => [
          nameOf(region),
          { endpoint: api, region, apiName: nameOf(region) },
        ]),
      ),
      platform: {
        project: 'drill',
        stage: 'drill',
        regions: Object.fromEntries(
          inOrder.map(({ region }, index) => [
            region,
            { role: index === 0 ? 'primary' : 'secondary', apiName: nameOf(region) },
          ]),
        ),
        domain: null,
      },
    },
  };
}
