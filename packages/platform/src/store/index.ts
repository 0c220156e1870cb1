export { createTableClient } from './create-table-client.ts';
export { evacuationsPk } from './table-evacuation-store.ts';
export { canaryPk } from './table-health-checks.ts';
export { toMarshallable } from './table-record.ts';
