import type { RegionCode } from './region-messages.ts';

/** That part of a larger object which a swap replaces: only this goes to a running region. */
export function regionCode({ functions, httpApis, eventSourceMappings, schedules }: RegionCode): RegionCode {
  return { functions, httpApis, eventSourceMappings, schedules };
}
