import type { OutgoingEvent } from '../publish/outgoing-event.js';

export const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

/** An event to publish. `bytes` follows the payload. */
export function outgoing(
  id: string,
  fields: Partial<Omit<OutgoingEvent, 'id' | 'bytes'>> = {},
): OutgoingEvent {
  const payload = fields.payload ?? Buffer.from(`{"id":"${id}"}`);
  return {
    type: 'member.updated',
    subject: 'discord.0.1.-.member.updated',
    traceparent: TRACEPARENT,
    queuedAtMs: 0,
    settled: () => undefined,
    ...fields,
    id,
    payload,
    bytes: payload.length,
  };
}
