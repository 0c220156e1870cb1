import { ProblemError, RegionsUnavailableError } from '@gsp/client/fetch';
import { describe, expect, it, vi } from 'vitest';
import { settleWrite } from '../src/items/settle-write.ts';

type Write = Parameters<typeof settleWrite<string>>[0];

const silence = (idempotencyKey: string | null) =>
  new RegionsUnavailableError('Cannot putItem: no answer', { remedy: 'Repeat it.', idempotencyKey });
const refusal = new ProblemError({
  code: 'item-changed',
  status: 412,
  detail: 'It has changed',
  remedy: 'Read it again.',
  correlationId: 'c',
  region: 'eu-west-1',
  retryable: false,
  problem: undefined,
  idempotencyKey: 'k',
});

describe('settleWrite()', () => {
  it('repeats a write without an answer under its own key', async () => {
    const write = vi.fn<Write>().mockRejectedValueOnce(silence('k')).mockResolvedValue('written');
    await expect(settleWrite(write)).resolves.toBe('written');
    expect(write.mock.calls).toEqual([[{}], [{ idempotencyKey: 'k' }]]);
  });

  it('gives up after three attempts', async () => {
    const write = vi.fn<Write>().mockRejectedValue(silence('k'));
    await expect(settleWrite(write)).rejects.toThrow('no answer');
    expect(write).toHaveBeenCalledTimes(3);
  });

  it.each([
    ['a refusal', refusal],
    ['a write without a key', silence(null)],
    ['what is no error of the client', new Error('broken')],
  ])('does not repeat %s', async (_what, error) => {
    const write = vi.fn<Write>().mockRejectedValue(error);
    await expect(settleWrite(write)).rejects.toBe(error);
    expect(write).toHaveBeenCalledTimes(1);
  });
});
