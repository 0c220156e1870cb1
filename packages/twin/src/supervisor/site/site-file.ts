import { createHash } from 'node:crypto';
import { type ContentEncoding, compress } from './content-encoding.ts';
import { contentTypeOf } from './content-type.ts';

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
