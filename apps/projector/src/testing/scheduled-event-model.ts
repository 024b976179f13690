import type { RelayEvent } from '@discord-relay/contracts';
import { line } from './model-line.js';

interface Known {
  name: string | null;
  status: number | null;
  isDeleted: boolean;
}

/** A reference model of scheduled events. */
export class ScheduledEventModel {
  private readonly known = new Map<string, Known>();

  apply({ type, data }: RelayEvent): void {
    if (type === 'scheduled_event.deleted') this.known.set(data.id, { ...this.of(data.id), isDeleted: true });
    if (
      type !== 'scheduled_event.synced' &&
      type !== 'scheduled_event.created' &&
      type !== 'scheduled_event.updated'
    )
      return;
    const before = this.of(data.id);
    if (before.isDeleted && type !== 'scheduled_event.synced') return;
    const { name = before.name, status = before.status } = data;
    this.known.set(data.id, { name, status, isDeleted: false });
  }

  rows(): { scheduled_events: string[] } {
    const rows = [...this.known].map(([id, { name, status, isDeleted }]) =>
      line(id, name, status, isDeleted),
    );
    return { scheduled_events: rows };
  }

  private of(id: string): Known {
    return this.known.get(id) ?? { name: null, status: null, isDeleted: false };
  }
}
