import { Readable } from 'node:stream';

/** The content of an object. */
export interface ObjectSource {
  bytes: number;
  /** SHA-256 of the content, hexadecimal. */
  sha256: string;
  /** Called for every attempt to store it. */
  open(): Readable;
}

/** Bytes from `start` to `end`, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Files under keys. A key consists of names of letters, digits, `_` and `-`, separated by `/`. */
export interface ObjectStore {
  /** In bytes; undefined: there is no such object. */
  sizeOf(key: string): Promise<number | undefined>;
  /**
   * Stores the whole object or nothing, and replaces one that is there.
   * @throws Error when the content is not what its SHA-256 says, or the storage cannot be used, as all methods do
   */
  put(key: string, source: ObjectSource): Promise<void>;
  /** The content or a part of it, not read into memory; undefined: there is no such object. */
  read(key: string, range?: ByteRange): Promise<Readable | undefined>;
  /** The keys below a prefix, which ends in `/`, in no particular order. */
  list(prefix: string): AsyncIterable<string>;
  /** Does nothing if there is no such object. */
  remove(key: string): Promise<void>;
  /** Removes what interrupted writers left behind. */
  removeLeftovers(): Promise<void>;
}

const NAME = /^[\w-]+$/;

/** Whether a key may have this name as a part. */
export const isName = (name: string): boolean => NAME.test(name);

export const isKey = (key: string): boolean => key.split('/').every(isName);

/** @throws Error when it is no key, for example because it would leave the storage */
export function checkKey(key: string): string {
  if (isKey(key)) return key;
  throw new Error('this is no key of an object');
}

/** An object without content, whose key says everything. */
export const EMPTY_OBJECT: ObjectSource = {
  bytes: 0,
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  open: () => Readable.from([]),
};
