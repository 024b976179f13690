/** First byte of the only frame of a text message: FIN and opcode 1 (RFC 6455, 5.2). */
const FINAL_TEXT = 0x81;
const LENGTH_OF_16_BITS = 126;
const LENGTH_OF_64_BITS = 127;

/** Encodes a text as an unmasked WebSocket frame. Header and payload are in one buffer, for one write. */
export function textFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const headerBytes = bytes < LENGTH_OF_16_BITS ? 2 : bytes < 2 ** 16 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerBytes + bytes);
  frame[0] = FINAL_TEXT;
  if (headerBytes === 2) frame[1] = bytes;
  else if (headerBytes === 4) frame.writeUInt16BE(bytes, frame.writeUInt8(LENGTH_OF_16_BITS, 1));
  else frame.writeBigUInt64BE(BigInt(bytes), frame.writeUInt8(LENGTH_OF_64_BITS, 1));
  frame.write(text, headerBytes);
  return frame;
}
