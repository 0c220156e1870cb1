import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conflictingWrites } from '../support/conflicting-writes.ts';
import { readTable, settledTables } from '../support/read-table.ts';
import { startCluster, type TestCluster } from '../support/replica-cluster.ts';

describe('convergence', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startCluster({ lagMs: { min: 0, max: 20 } });
  });
  afterAll(() => cluster.close());

  test.each(Array.from({ length: 8 }, (_, seed) => seed + 1))(
    'replicas are identical after 300 conflicting writes through a cut link, seed %i',
    async (seed) => {
      const [here, there] = cluster.regions;
      here?.replica().setLink('eu-central-1', { cut: true });
      there?.replica().setLink('eu-west-1', { cut: true });
      const { failed } = await conflictingWrites(cluster, { seed, writes: 300, items: 20 });
      expect(failed).toBe(0);
      const apart = await Promise.all(cluster.regions.map(readTable));
      expect(apart[0]).not.toEqual(apart[1]);
      here?.replica().setLink('eu-central-1', { cut: false });
      there?.replica().setLink('eu-west-1', { cut: false });
      const [one, other] = await settledTables(cluster);
      expect(one).toEqual(other);
    },
  );
});
