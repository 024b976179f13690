import { openStage, type OpenStage, SpanKind } from '@discord-relay/platform';
import type { Decoded } from './decode-entry.js';

/** Begins the stage of each event of a batch that is traced, when its transaction began; by stream sequence. */
export function stagesOf(decoded: readonly Decoded[], startedAtMs: number): Map<number, OpenStage> {
  const stages = new Map<number, OpenStage>();
  for (const item of decoded) {
    const { traceparent: parent, seq } = item.entry;
    if (parent === undefined) continue;
    const name = item.kind === 'event' ? `project ${item.event.type}` : `project ${item.kind}`;
    const attributes = { 'messaging.system': 'nats', 'relay.seq': seq, 'relay.batch_events': decoded.length };
    const stage = openStage({ name, kind: SpanKind.CONSUMER, parent, startedAtMs, attributes });
    if (stage) stages.set(seq, stage);
  }
  return stages;
}
