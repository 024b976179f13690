import { startSpan, type ActiveSpan, SpanKind } from '@discord-relay/platform';
import type { Decoded } from './decode-entry.js';

/** Opens a span, from the start of the transaction on, for each traced event of a batch; by stream sequence. */
export function openBatchSpans(decoded: readonly Decoded[], startedAtMs: number): Map<number, ActiveSpan> {
  const stages = new Map<number, ActiveSpan>();
  for (const item of decoded) {
    const { traceparent: parent, seq } = item.entry;
    if (parent === undefined) continue;
    const name = item.kind === 'event' ? `project ${item.event.type}` : `project ${item.kind}`;
    const attributes = { 'messaging.system': 'nats', 'relay.seq': seq, 'relay.batch_events': decoded.length };
    const stage = startSpan({ name, kind: SpanKind.CONSUMER, parent, startedAtMs, attributes });
    if (stage) stages.set(seq, stage);
  }
  return stages;
}
