import type { StoreCallOptions } from '../domain/item-store.ts';

/** Options of one call of an AWS client, made of those of a store. */
export function sendOptions({ signal }: StoreCallOptions = {}): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}
