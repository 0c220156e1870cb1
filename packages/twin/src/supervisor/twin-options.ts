import type { EngineKind } from '../dynamodb/engine/engine-process.ts';
import type { HostedZoneDefinition } from '../route53/route53-definition.ts';
import { TwinError } from '../twin-error.ts';
import type { RegionAssembly } from './deploy.ts';
import type { TwinReservation } from './reserve-twin.ts';

/** How a twin is run. */
export interface TwinOptions {
  /** One per region, in topology order, which is the order of the ports. */
  readonly assemblies: readonly RegionAssembly[];
  /** The ports and the data directory, which the twin gives back when it ends, also where it cannot start. */
  readonly reservation: TwinReservation;
  readonly engineKind: EngineKind;
  readonly lagMs: { readonly min: number; readonly max: number };
  /** Hosted zones that exist before any stack does, as they would in an AWS account. @default - none */
  readonly hostedZones?: readonly HostedZoneDefinition[];
  /** How many times faster health checks, times to live and schedules pass than on AWS. @default 1 */
  readonly timeScale?: number;
  /** Region that latency routing finds nearest. @default - the first */
  readonly nearestRegion?: string;
  /**
   * Origins whose pages may call every region's API beside those that the template allows and those of the twin's own
   * console, such as `http://localhost:5173`. @default - none
   */
  readonly allowedOrigins?: readonly string[];
  /** Seeds everything random in the twin. */
  readonly seed: number;
  /** Told what a person at the terminal should hear of: a region that died, came back, was swapped. */
  readonly onNotice: (notice: string) => void;
}

/** @throws {TwinError} `DefinitionUnusable` when the twin is to be looked at from a region that it does not have */
export function requireNearestRegion(nearestRegion: string | undefined, regions: readonly string[]): void {
  if (nearestRegion === undefined || regions.includes(nearestRegion)) return;
  throw new TwinError(
    'DefinitionUnusable',
    `Cannot look at the platform from ${JSON.stringify(nearestRegion)}: it is no region of it, one of ${regions.join(', ')} is needed.`,
  );
}
