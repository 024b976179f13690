/** The part of a gap that ends at the sequence. */
export const GAP_PART = -1;

/** The form of {@link deliveryId}: endpoint, sequence, part. */
export const DELIVERY_ID = /^[0-9a-f-]{36}:(\d{1,15})(?::(\d{1,6}|gap))?$/;

/**
 * `webhook-id`: `<endpointId>:<seq>`, followed by `:<part>` for every fact of a change after the first, or by `:gap`. The same
 * for every attempt, so that receivers can drop duplicates.
 */
export function deliveryId(endpointId: string, seq: number, part: number): string {
  const whole = `${endpointId}:${seq}`;
  if (part === 0) return whole;
  return part === GAP_PART ? `${whole}:gap` : `${whole}:${part}`;
}

/** Parses the result of {@link deliveryId}; undefined if it is not such an id. */
export function parseDeliveryId(id: string): { seq: number; part: number } | undefined {
  const [, seq, part = '0'] = DELIVERY_ID.exec(id) ?? [];
  if (seq === undefined) return undefined;
  return { seq: Number(seq), part: part === 'gap' ? GAP_PART : Number(part) };
}
