import type { ConsumerDeserializer } from '@nestjs/microservices';

interface Incoming {
  data: Uint8Array;
}

interface Packet {
  pattern: string;
  data: unknown;
  id?: string;
}

/** Reads Nest's packets and plain requests. Every request with a reply subject gets an answer, even if it is not JSON. */
export class ControlDeserializer implements ConsumerDeserializer {
  deserialize(message: Incoming, { channel, replyTo }: { channel: string; replyTo?: string }): Packet {
    const { data, id } = packetOf(message.data);
    return { pattern: channel, data, id: id ?? (replyTo ? replyTo : undefined) };
  }
}

function packetOf(bytes: Uint8Array): { data: unknown; id?: string } {
  const text = new TextDecoder().decode(bytes);
  if (text === '') return { data: {} };
  try {
    const value: unknown = JSON.parse(text);
    const isPacket = typeof value === 'object' && value !== null && 'pattern' in value;
    return isPacket ? (value as Packet) : { data: value };
  } catch {
    return { data: text };
  }
}
