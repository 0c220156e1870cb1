/**
 * An `Authorization` header for a request to the emulator: it tells Regions and services apart by the scope of a
 * signature, which it does not check.
 */
export function signatureOf(service: string, region: string): string {
  return `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}
