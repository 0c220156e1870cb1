const DIGITS = 20;

/** A change's place in the log as a stream's sequence number: 21 digits, which is the shortest that AWS allows. */
export function toSequenceNumber(sequence: number): string {
  return `1${String(sequence).padStart(DIGITS, '0')}`;
}

/** The place in the log that a sequence number names; nothing for a text that `toSequenceNumber` does not make. */
export function fromSequenceNumber(sequenceNumber: unknown): number | undefined {
  if (typeof sequenceNumber !== 'string' || !/^1\d{20}$/.test(sequenceNumber)) return undefined;
  const sequence = Number(sequenceNumber.slice(1));
  return Number.isSafeInteger(sequence) ? sequence : undefined;
}
