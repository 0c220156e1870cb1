import { ACCOUNT_ID } from '../assembly/resource-identity.ts';
import { type RegionConfig, regionCode } from '../region/region-messages.ts';
import type { Deployed } from './deploy.ts';
import type { PortPlan, RegionPorts } from './port-plan.ts';
import type { TwinOptions } from './twin-options.ts';

/** What a region is configured by beside its ports: what holds for the whole twin, and its own settings of now. */
export interface RegionConfigFacts
  extends Pick<
    RegionConfig,
    'clusterToken' | 'links' | 'clockOffsetMs' | 'faults' | 'credentials' | 'environmentWorker'
  > {
  readonly plan: PortPlan;
  readonly options: Pick<TwinOptions, 'lagMs' | 'seed' | 'allowedOrigins' | 'timeScale'>;
  readonly deployed: Deployed;
  /** The twin's; the region gets a folder in it. */
  readonly dataDir: string;
}

/** Everything that a region's process is told when it starts, but its engine. */
export function regionConfigOf(
  { region, apiPort, address, dynamodbPort }: RegionPorts,
  { plan, options, deployed: { resolved, tables }, dataDir, ...settings }: RegionConfigFacts,
): Omit<RegionConfig, 'engine'> {
  return {
    ...settings,
    region,
    accountId: ACCOUNT_ID,
    ...regionCode(resolved),
    customResources: resolved.customResources,
    tables,
    apiListen: [
      { host: '127.0.0.1', port: apiPort },
      { host: address, port: plan.globalPort, optional: true },
    ],
    allowedOrigins: [...originsAt(plan.controlPort), ...(options.allowedOrigins ?? [])],
    frontOrigins: originsAt(plan.globalPort),
    dynamodbListen: { host: '127.0.0.1', port: dynamodbPort },
    secretsManagerUrl: `http://127.0.0.1:${plan.secretsPort}`,
    dataDir: `${dataDir}/${region}`,
    peers: plan.regions
      .filter((peer) => peer.region !== region)
      .map((peer) => ({ region: peer.region, url: `http://127.0.0.1:${peer.dynamodbPort}` })),
    lagMs: options.lagMs,
    seed: options.seed,
    timeScale: options.timeScale ?? 1,
  };
}

/**
 * The origins under which a browser on this machine sees what is served at a port of it. `localhost` and `127.0.0.1` lead to
 * the same server and are two origins all the same. https://html.spec.whatwg.org/multipage/browsers.html#origin
 */
function originsAt(port: number): readonly string[] {
  return ['127.0.0.1', 'localhost', '[::1]'].map((name) => `http://${name}:${port}`);
}
