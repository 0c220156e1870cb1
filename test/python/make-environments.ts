/**
 * Makes the virtual environments of all tests that need Python, so that they do not have to wait for it one by one:
 * `node --import tsx test/python/make-environments.ts <requirements.txt...>`. What cannot be made here, its test says.
 */
import { pythonEnvironment, whyNoPython } from './python-environment.ts';

const missing = await whyNoPython();
if (missing !== null) console.warn(`*** no Python: ${missing} ***`);
else
  for (const requirements of process.argv.slice(2)) {
    await pythonEnvironment(requirements).catch((error: unknown) => {
      console.warn(`*** ${requirements} could not be installed: ${String(error)} ***`);
    });
  }
