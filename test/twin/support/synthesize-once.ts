import { loadProject } from '@gsp/operator/project';
import { assembleTwin } from '@gsp/operator/start';

/**
 * Before tests that start whole twins: synthesizes what all of them start from, so that those which begin side by side
 * find it in the cache and do not each make it. A definition that does not hold is for the tests to tell.
 */
export default async function synthesizeOnce(): Promise<void> {
  await assembleTwin(await loadProject(), 'main').catch(() => undefined);
}
