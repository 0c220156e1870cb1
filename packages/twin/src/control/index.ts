export type { ReadyFile } from './ready-file.ts';
export type { CheckReport, RecordReport, Route53Report } from './route53-report.ts';
export {
  createTwinClient,
  type Fault,
  type OperatorKey,
  type TwinClient,
  TwinRequestError,
} from './twin-client.ts';
export type { TwinRegion } from './twin-region.ts';
export type { TwinLink, TwinState } from './twin-state.ts';
