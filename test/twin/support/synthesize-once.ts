import { loadProject } from '@gsp/operator/project';
import { assembleTwin, LOAD_CHANGES } from '@gsp/operator/start';
import type { TestProject } from 'vitest/node';
import { testProject } from '../../project/test-project.ts';

/**
 * Before tests that start whole twins: synthesizes what all of them start from, so that those which begin side by side
 * find it in the cache and do not each make it. A definition that does not hold is for the tests to tell.
 */
export default async function synthesizeOnce({ name }: TestProject): Promise<void> {
  const isAsCommitted = name === 'smoke';
  const project = await loadProject(isAsCommitted ? undefined : await testProject());
  await assembleTwin(project, 'main', isAsCommitted ? {} : { changes: LOAD_CHANGES }).catch(() => undefined);
}
