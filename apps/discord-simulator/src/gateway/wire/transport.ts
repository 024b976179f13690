import * as zlib from 'node:zlib';
import type { Transform } from 'node:stream';
import { StreamCompressor } from './stream-compressor.js';

/** The parameters of the address: `?v=10&encoding=json&compress=zlib-stream`. */
export interface Transport {
  version: number;
  /** Null for plain text frames. */
  compressor: (() => StreamCompressor) | null;
}

type Flushable = Transform & { flush(kind: number, done: () => void): void };
/** Node.js has zstd from 22.15 on; the types of the oldest supported version lack it. */
const { createZstdCompress } = zlib as { createZstdCompress?: () => Flushable };
const ZSTD_FLUSH = 1;

const GATEWAY_VERSIONS: readonly string[] = ['9', '10'];

/** Parses the query of a gateway address. @returns the close reason if it is refused. */
export function parseTransport(query: URLSearchParams): Transport | { refusal: string } {
  const version = query.get('v') ?? '10';
  if (!GATEWAY_VERSIONS.includes(version)) return { refusal: 'Invalid API version.' };
  const encoding = query.get('encoding') ?? 'json';
  if (encoding !== 'json')
    return { refusal: `encoding=${encoding.slice(0, 16)} is not supported: use encoding=json.` };
  const compress = query.get('compress') ?? '';
  const compressor = compressorOf(compress);
  if (compressor !== undefined) return { version: Number(version), compressor };
  if (compress === 'zstd-stream')
    return { refusal: 'compress=zstd-stream needs Node.js 22.15 or newer: use zlib-stream.' };
  return { refusal: `compress=${compress.slice(0, 16)} is not supported: use zlib-stream.` };
}

function compressorOf(compress: string): Transport['compressor'] | undefined {
  switch (compress) {
    case '':
      return null;
    case 'zlib-stream':
      return () => new StreamCompressor(zlib.createDeflate(), zlib.constants.Z_SYNC_FLUSH);
    case 'zstd-stream':
      return createZstdCompress && (() => new StreamCompressor(createZstdCompress(), ZSTD_FLUSH));
    default:
      return undefined;
  }
}
