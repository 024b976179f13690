import { Condition, type Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import type { OutgoingEvent } from './outgoing-event.js';
import type { SendWindow, Slot } from './send-window.js';

/** Ends the events of a window, each once: it is in the log, can never be, or belongs to another replica now. */
export class EventOutcomes {
  private readonly condition = new Condition();

  constructor(
    private readonly window: SendWindow<OutgoingEvent>,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {}

  /** Resolves when no more than `length` events remain in the window. */
  async whenAtMost(length: number): Promise<void> {
    await this.condition.until(() => this.window.length <= length);
  }

  /** Ends an event that the log already had. */
  settleDuplicate(slot: Slot<OutgoingEvent>): void {
    if (slot.state !== 'finished') this.metrics.duplicates.inc();
    this.settle(slot);
  }

  /** Ends an event that the log has. */
  settle(slot: Slot<OutgoingEvent>): void {
    if (!this.window.finish(slot)) return;
    this.metrics.published.inc({ type: slot.item.type });
    this.eventSettled(slot.item);
  }

  /** Drops an event that the log can never accept. */
  drop(slot: Slot<OutgoingEvent>): void {
    if (!this.window.finish(slot)) return;
    const { id, subject, bytes } = slot.item;
    this.metrics.tooLarge.inc();
    this.logger.error(
      { code: 'LOG.EVENT_TOO_LARGE', eventId: id, subject, bytes },
      'event dropped: the log cannot accept it',
    );
    this.eventSettled(slot.item);
  }

  /** Drops an event of a shard that another replica has: Discord sends it there again, or that replica's gap covers it. */
  abandon(slot: Slot<OutgoingEvent>): boolean {
    if (!this.window.finish(slot)) return false;
    this.metrics.abandoned.inc();
    slot.item.abandoned?.();
    this.condition.notify();
    return true;
  }

  private eventSettled(event: OutgoingEvent): void {
    event.settled();
    this.condition.notify();
  }
}
