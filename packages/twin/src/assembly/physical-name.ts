import { createHash } from 'node:crypto';

/**
 * A stable name for what a template leaves unnamed, of the form CloudFormation gives: stack, logical id and a
 * suffix. CloudFormation's suffix is random; this one is the same at every start, so that data stays found.
 *
 * @param maxLength the longest name the resource may have; stack and logical id are shortened for it
 */
export function physicalName(stackName: string, logicalId: string, maxLength = 64): string {
  const suffix = stableId(`${stackName}/${logicalId}`, 12).toUpperCase();
  const name = `${stackName}-${logicalId}`;
  return `${name.slice(0, maxLength - suffix.length - 1)}-${suffix}`;
}

/** `length` lower-case letters and digits that depend on `text` alone, the first one a letter. */
export function stableId(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest();
  const digits = BigInt(`0x${digest.toString('hex')}`)
    .toString(36)
    .padStart(length, '0');
  return `a${digits.slice(-(length - 1))}`;
}

/** A UUID that depends on `text` alone. */
export function stableUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
