import { crc32 } from 'node:zlib';

/** Starts with 0xff, which never occurs in UTF-8, so no event's text looks like the start of a frame. */
const MAGIC = Buffer.from([0xff, 0x53, 0x50, 0x01]);
/** Magic, body length, checksum, index of the first record, number of records. */
const HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 8;

/** An event in the spool: `head` is JSON, `payload` the bytes to publish. */
export interface SpoolRecord {
  head: string;
  payload: Uint8Array;
}

/** Records that were written and synced together. */
export interface Frame {
  /** Counts all records that were ever spooled. */
  firstIndex: number;
  records: SpoolRecord[];
}

export interface FrameScan {
  frames: Frame[];
  /** Offset at which the readable part ends. */
  end: number;
}

export function encodeFrame({ firstIndex, records }: Frame): Buffer {
  const parts: Uint8Array[] = [Buffer.alloc(HEADER_BYTES)];
  for (const { head, payload } of records) {
    const headBytes = Buffer.from(head);
    const sizes = Buffer.alloc(RECORD_HEADER_BYTES);
    sizes.writeUInt32BE(headBytes.length, 0);
    sizes.writeUInt32BE(payload.length, 4);
    parts.push(sizes, headBytes, payload);
  }
  const frame = Buffer.concat(parts);
  MAGIC.copy(frame);
  frame.writeUInt32BE(frame.length - HEADER_BYTES, 4);
  frame.writeBigUInt64BE(BigInt(firstIndex), 12);
  frame.writeUInt32BE(records.length, 20);
  frame.writeUInt32BE(checksum(frame), 8);
  return frame;
}

/** The consecutive complete frames from `offset` onwards. */
export function readFrames(bytes: Buffer, offset = 0): FrameScan {
  const frames: Frame[] = [];
  let end = offset;
  for (let size = frameSize(bytes, end); size > 0; size = frameSize(bytes, end)) {
    frames.push(decodeFrame(bytes.subarray(end, end + size)));
    end += size;
  }
  return { frames, end };
}

/** The first complete frame at or after `offset`; undefined when there is none. */
export function findFrame(bytes: Buffer, offset: number): Frame | undefined {
  for (let at = bytes.indexOf(MAGIC, offset); at >= 0; at = bytes.indexOf(MAGIC, at + 1)) {
    const size = frameSize(bytes, at);
    if (size > 0) return decodeFrame(bytes.subarray(at, at + size));
  }
  return undefined;
}

/** Size of the frame at the start of `bytes`; undefined when its header is incomplete or not valid. */
export function announcedSize(bytes: Buffer): number | undefined {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  return HEADER_BYTES + bytes.readUInt32BE(4);
}

/** The size of the complete, undamaged frame at `offset`; 0 when there is none. */
function frameSize(bytes: Buffer, offset: number): number {
  const rest = bytes.subarray(offset);
  const size = announcedSize(rest);
  if (size === undefined || size > rest.length) return 0;
  const frame = rest.subarray(0, size);
  return checksum(frame) === frame.readUInt32BE(8) ? size : 0;
}

/** The checksum of a frame, over everything but the magic and itself. */
const checksum = (frame: Buffer): number => crc32(frame.subarray(12), crc32(frame.subarray(4, 8)));

function decodeFrame(frame: Buffer): Frame {
  const firstIndex = Number(frame.readBigUInt64BE(12));
  const records: SpoolRecord[] = [];
  let at = HEADER_BYTES;
  for (let left = frame.readUInt32BE(20); left > 0; left--) {
    const headEnd = at + RECORD_HEADER_BYTES + frame.readUInt32BE(at);
    const payloadEnd = headEnd + frame.readUInt32BE(at + 4);
    const head = frame.toString('utf8', at + RECORD_HEADER_BYTES, headEnd);
    // A copy, because a view would keep the whole chunk in memory.
    records.push({ head, payload: Buffer.from(frame.subarray(headEnd, payloadEnd)) });
    at = payloadEnd;
  }
  return { firstIndex, records };
}
