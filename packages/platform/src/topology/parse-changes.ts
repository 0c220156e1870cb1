import type { z } from 'zod';
import { issue, TopologyError } from './topology-error.ts';
import { stageChangesSchema } from './topology-schema.ts';

/** Settings that somebody wants to try out in a stage, as they would stand in the topology. */
export type StageChanges = z.output<typeof stageChangesSchema>;

/**
 * Settings to try out, from JSON: for the twin, for a price, for a test; a deployment takes the topology's only.
 *
 * @throws {TopologyError} with every issue in it: the value given, the allowed values and the remedy
 */
export function parseChanges(json: string): StageChanges {
  const parsed = stageChangesSchema.safeParse(parseJson(json));
  if (parsed.success) return parsed.data;
  throw new TopologyError(
    'try the changes',
    parsed.error.issues.map((issue) => ({
      path: issue.path.join('.') || 'changes',
      given: issue.code === 'unrecognized_keys' ? issue.keys : json.slice(0, 200),
      needed: issue.message,
    })),
  );
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new TopologyError(
      'try the changes',
      [
        issue(
          'changes',
          json.slice(0, 200),
          'JSON',
          'Write it like a stage in amplify/topology.ts: {"logs":{"retentionDays":3}}',
        ),
      ],
      { cause },
    );
  }
}
