import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** A file as it is sent in one encoding. */
export interface Representation {
  readonly body: Buffer;
  readonly encoding: ContentEncoding;
  /** Strong, and so another for every encoding. RFC 9110, section 8.8.1. */
  readonly etag: string;
}

/** One file of a site, held in memory. */
export interface SiteFile {
  readonly headers: Readonly<Record<string, string>>;
  /** The file in that encoding, or as it is where that would not make it smaller. Compressed once. */
  as(encoding: ContentEncoding): Promise<Representation>;
}

/** A name that says what is in the file, as bundlers give to what a page loads: `assets/index-B3x_9aQz.js`. */
const HASHED_NAME = /^\/assets\/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** Under this size the headers weigh more than what compressing saves. */
const COMPRESSED_FROM_BYTES = 1_024;

/** Makes a file of a site, by its path from the site's root with a leading slash. */
export function siteFile(path: string, body: Buffer): SiteFile {
  const { type, compressible } = contentTypeOf(path);
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  const plain: Representation = { body, encoding: 'identity', etag: `"${hash}"` };
  const encoded = new Map<ContentEncoding, Promise<Representation>>([['identity', Promise.resolve(plain)]]);
  const isCompressed = compressible && body.length >= COMPRESSED_FROM_BYTES;
  return {
    headers: {
      'content-type': type,
      'cache-control': HASHED_NAME.test(path) ? IMMUTABLE : 'no-cache',
      ...(isCompressed && { vary: 'accept-encoding' }),
    },
    as(encoding) {
      if (!isCompressed || encoding === 'identity') return Promise.resolve(plain);
      const known = encoded.get(encoding);
      if (known !== undefined) return known;
      const made = compress(body, encoding).then((smaller) =>
        smaller.length < body.length ? { body: smaller, encoding, etag: `"${hash}-${encoding}"` } : plain,
      );
      encoded.set(encoding, made);
      return made;
    },
  };
}

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
function compress(body: Buffer, encoding: Exclude<ContentEncoding, 'identity'>): Promise<Buffer> {
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

/** What a kind of file is sent as. */
interface ContentType {
  readonly type: string;
  /** False of formats that are compressed already. */
  readonly compressible: boolean;
}

const TEXT = (type: string): ContentType => ({ type: `${type}; charset=utf-8`, compressible: true });
const BINARY = (type: string): ContentType => ({ type, compressible: false });

/** IANA media types of what a build of a web page holds. https://www.iana.org/assignments/media-types */
const TYPES: Readonly<Record<string, ContentType>> = {
  '.html': TEXT('text/html'),
  '.js': TEXT('text/javascript'),
  '.mjs': TEXT('text/javascript'),
  '.css': TEXT('text/css'),
  '.txt': TEXT('text/plain'),
  '.json': { type: 'application/json', compressible: true },
  '.map': { type: 'application/json', compressible: true },
  '.webmanifest': { type: 'application/manifest+json', compressible: true },
  '.svg': { type: 'image/svg+xml', compressible: true },
  '.wasm': { type: 'application/wasm', compressible: true },
  '.ico': { type: 'image/vnd.microsoft.icon', compressible: true },
  '.png': BINARY('image/png'),
  '.jpg': BINARY('image/jpeg'),
  '.webp': BINARY('image/webp'),
  '.avif': BINARY('image/avif'),
  '.woff2': BINARY('font/woff2'),
};

/** The content type by a file's name; bytes that nothing is known of for any other name. */
function contentTypeOf(name: string): ContentType {
  return TYPES[extname(name).toLowerCase()] ?? BINARY('application/octet-stream');
}
