/** The last and only frame of a text message (RFC 6455, 5.2). */
const FINAL_TEXT = 0x81;
const LENGTH_OF_16_BITS = 126;
const LENGTH_OF_64_BITS = 127;

/** A text as an unmasked WebSocket frame; head and content are in one buffer, for one write. */
export function textFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const headBytes = bytes < LENGTH_OF_16_BITS ? 2 : bytes < 2 ** 16 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headBytes + bytes);
  frame[0] = FINAL_TEXT;
  if (headBytes === 2) frame[1] = bytes;
  else if (headBytes === 4) frame.writeUInt16BE(bytes, frame.writeUInt8(LENGTH_OF_16_BITS, 1));
  else frame.writeBigUInt64BE(BigInt(bytes), frame.writeUInt8(LENGTH_OF_64_BITS, 1));
  frame.write(text, headBytes);
  return frame;
}
