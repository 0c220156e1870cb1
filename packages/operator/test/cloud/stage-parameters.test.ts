import { expect, test } from 'vitest';
import {
  deleteParameter,
  deploymentParameter,
  lockParameter,
  readParameter,
  writeParameter,
} from '../../src/cloud/stage-parameters.ts';
import { AwsFault } from './aws-wire.ts';
import { wiredCloud } from './wired-cloud.ts';

const PLACE = { project: 'gsp', stage: 'main' };
const NAME = lockParameter(PLACE);

test('names of the parameters are of project and stage', () => {
  expect([deploymentParameter(PLACE), NAME]).toEqual(['/gsp/main/deployment', '/gsp/main/deploy-lock']);
});

test('readParameter() gives text and version, null where there is none, and fails where it is refused', async () => {
  const answers = [
    { Parameter: { Value: 'held', Version: 7 } },
    new AwsFault('ParameterNotFound', ''),
    new AwsFault('AccessDeniedException', 'not you'),
  ];
  const { cloud } = await wiredCloud(() => answers.shift());
  const clients = cloud.region('eu-west-1');
  expect(await readParameter(clients, NAME)).toEqual({ value: 'held', version: 7 });
  expect(await readParameter(clients, NAME)).toBeNull();
  await expect(readParameter(clients, NAME)).rejects.toThrow(
    `Cannot read the parameter ${NAME} in eu-west-1: these credentials are not allowed to`,
  );
});

test('writeParameter() writes over what is there, and with create only where nothing is', async () => {
  const { cloud, wire } = await wiredCloud(({ input }) =>
    input.Overwrite === true ? { Version: 2 } : new AwsFault('ParameterAlreadyExists', 'held'),
  );
  const clients = cloud.region('eu-west-1');
  expect(await writeParameter(clients, NAME, 'a')).toBe(true);
  expect(await writeParameter(clients, NAME, 'b', { create: true })).toBe(false);
  expect(wire.calls.map(({ input }) => input)).toEqual([
    { Name: NAME, Value: 'a', Type: 'String', Tier: 'Standard', Overwrite: true },
    { Name: NAME, Value: 'b', Type: 'String', Tier: 'Standard', Overwrite: false },
  ]);
});

test('writeParameter() refuses a text that a free parameter does not hold, before AWS is asked', async () => {
  const { cloud, wire } = await wiredCloud(() => ({}));
  const clients = cloud.region('eu-west-1');
  for (const text of ['', 'x'.repeat(4_097), 'é'.repeat(2_049)]) {
    await expect(writeParameter(clients, NAME, text)).rejects.toThrow('1..4096 are needed');
  }
  expect(wire.calls).toEqual([]);
});

test('deleteParameter() is content when there is none, and fails where it is refused', async () => {
  const answers = [
    {},
    new AwsFault('ParameterNotFound', ''),
    new AwsFault('ExpiredTokenException', 'old', 403),
  ];
  const { cloud } = await wiredCloud(() => answers.shift());
  const clients = cloud.region('eu-west-1');
  await deleteParameter(clients, NAME);
  await deleteParameter(clients, NAME);
  await expect(deleteParameter(clients, NAME)).rejects.toMatchObject({ reason: 'credentials' });
});
