export {
  branchOf,
  defineTopology,
  listedStages,
  SHORT_LIVED_STAGES,
  type Topology,
} from './define-topology.ts';
export { failoverBudget } from './failover-budget.ts';
export {
  apiName,
  type ExperimentKind,
  edgeName,
  edgeStackName,
  experimentKinds,
  experimentName,
  globalName,
  INDEX_POOL_MAX,
  indexName,
  indexPartitionAttribute,
  indexSortAttribute,
  LOCAL_HOSTED_ZONE_ID,
  NAME_PREFIX_LENGTH_MAX,
  originSecretName,
  regionalName,
  slug,
  systemKeyPatterns,
  tableStackName,
} from './names.ts';
export { parseChanges, type StageChanges } from './parse-changes.ts';
export { type BackendContext, type BackendType, regionsOf, resolveStage, roleOf } from './resolve-stage.ts';
export { stageIssues } from './stage-issues.ts';
export { changeSettings, DEFAULT_SETTINGS } from './stage-settings.ts';
export { TopologyError } from './topology-error.ts';
export type { StageSettings, TopologyInput } from './topology-schema.ts';
