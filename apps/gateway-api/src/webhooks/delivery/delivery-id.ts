/** In place of a part: the gap that ends at the sequence. */
export const GAP_PART = -1;

/** The form of {@link deliveryId}: endpoint, sequence, part. */
export const DELIVERY_ID = /^[0-9a-f-]{36}:(\d{1,15})(?::(\d{1,6}|gap))?$/;

/**
 * `webhook-id`: `<endpointId>:<seq>`, and `:<part>` behind it for all but the first thing that a change tells, or `:gap`.
 * The same whenever it is sent, so that receivers can drop what they have.
 */
export function deliveryId(endpointId: string, seq: number, part: number): string {
  const whole = `${endpointId}:${seq}`;
  if (part === 0) return whole;
  return part === GAP_PART ? `${whole}:gap` : `${whole}:${part}`;
}

/** What {@link deliveryId} made; undefined when it is no such id. */
export function parseDeliveryId(id: string): { seq: number; part: number } | undefined {
  const [, seq, part = '0'] = DELIVERY_ID.exec(id) ?? [];
  if (seq === undefined) return undefined;
  return { seq: Number(seq), part: part === 'gap' ? GAP_PART : Number(part) };
}
