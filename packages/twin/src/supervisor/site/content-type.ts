import { extname } from 'node:path';

/** What a kind of file is sent as. */
export interface ContentType {
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
export function contentTypeOf(name: string): ContentType {
  return TYPES[extname(name).toLowerCase()] ?? BINARY('application/octet-stream');
}
