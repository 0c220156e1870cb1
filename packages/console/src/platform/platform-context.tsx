import type { ParsedOutputs, PlatformClient } from '@gsp/client';
import type { Fault, TwinState } from '@gsp/twin/control';
import { createContext, useContext } from 'react';
import type { PlatformRegion } from './platform-outputs.ts';

/** The twin behind this page, as its control API shows it. */
export interface TwinView {
  /** Null until it has answered once; the last that was seen while it is not connected. */
  readonly state: TwinState | null;
  readonly isConnected: boolean;
  /**
   * Breaks something, or heals it, and resolves when that has taken effect and `state` shows it.
   *
   * @throws {TwinRequestError} when the twin refuses or does not answer
   */
  inject(fault: Fault): Promise<void>;
  /** Asks for the state now instead of within the second. Never rejects. */
  refresh(): Promise<void>;
}

/** Lag from one region to another as it was measured by writing here and watching it arrive there. */
export interface MeasuredLag {
  readonly from: string;
  readonly to: string;
  readonly lagMs: number;
}

/** What every panel of the console works with. */
export interface ConsolePlatform {
  readonly outputs: ParsedOutputs;
  /** Primary first; the order gives a region its colour. */
  readonly regions: readonly PlatformRegion[];
  readonly client: PlatformClient;
  /** Null on a deployed platform: then nothing can be broken on purpose. */
  readonly twin: TwinView | null;
  /** The latest measurement of each direction, whoever made it. */
  readonly measuredLag: readonly MeasuredLag[];
  /** Tells every panel of a lag that was measured. */
  noteMeasuredLag(measured: MeasuredLag): void;
}

/** Holds the platform of the page; {@link usePlatform} reads it. */
export const PlatformContext = createContext<ConsolePlatform | null>(null);

/**
 * The platform of this page.
 *
 * @throws {Error} outside of a `PlatformContext`, which is a mistake of the caller
 */
export function usePlatform(): ConsolePlatform {
  const platform = useContext(PlatformContext);
  if (platform === null)
    throw new Error(
      'Cannot use the platform: there is none here, a component below PlatformContext is needed',
    );
  return platform;
}
