/** Where a region is asked. */
export interface RegionEndpoint {
  /** Name of the region; `global` for the name that DNS points at whichever region is healthy. */
  readonly region: string;
  /** Name of its API in `amplify_outputs.json`. */
  readonly apiName: string;
  /** URL of its API, without a trailing slash. */
  readonly endpoint: string;
}
