import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** An encoding that a site is sent in; `identity` is none. */
export type ContentEncoding = 'br' | 'gzip' | 'identity';

/** The better one first. */
const ENCODINGS = ['br', 'gzip'] as const;

/** Where brotli is as small as gzip at its best and takes milliseconds: a file is compressed while somebody waits. */
const BROTLI_QUALITY = 6;

const compressors = {
  br: (body: Buffer) =>
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (body: Buffer) => promisify(gzip)(body),
} as const;

/** Compresses a whole body. */
export function compress(body: Buffer, encoding: Exclude<ContentEncoding, 'identity'>): Promise<Buffer> {
  return compressors[encoding](body);
}

/** The best encoding that an `Accept-Encoding` header allows. RFC 9110, section 12.5.3. */
export function acceptedEncoding(header: string | undefined): ContentEncoding {
  const weights = new Map((header ?? '').split(',').map(weightOf));
  const weight = (encoding: string): number => weights.get(encoding) ?? weights.get('*') ?? 0;
  return ENCODINGS.find((encoding) => weight(encoding) > 0) ?? 'identity';
}

/** A coding and its quality value, 1 where it says none, 0 where it says nonsense. */
function weightOf(element: string): [coding: string, weight: number] {
  const [coding = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = quality === undefined ? 1 : Number(quality.slice(2));
  return [coding, Number.isFinite(weight) ? weight : 0];
}
