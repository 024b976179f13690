import type { RelayEvent } from '@discord-relay/contracts';

type Listener = (event: RelayEvent) => void;

/** Shows live traffic to whoever works on a guild's history, from what is not yet in the log onwards. */
export class LiveFeed {
  private readonly unacknowledged = new Map<string, Set<RelayEvent>>();
  private readonly listeners = new Map<string, Listener>();
  private waiters: { length: number; resolve: () => void }[] = [];
  private length = 0;

  /** Takes an event on its way to the log. Returns what to call when the log has it. */
  pass(event: RelayEvent): () => void {
    const { guildid } = event;
    this.listeners.get(guildid)?.(event);
    const events = this.unacknowledged.get(guildid) ?? new Set();
    this.unacknowledged.set(guildid, events.add(event));
    this.length++;
    return () => {
      events.delete(event);
      this.length--;
      this.moved();
      if (events.size === 0 && this.unacknowledged.get(guildid) === events)
        this.unacknowledged.delete(guildid);
    };
  }

  /** Resolves when at most so many events are on their way. */
  async whenAtMost(length: number): Promise<void> {
    if (this.length <= length) return;
    await new Promise<void>((resolve) => this.waiters.push({ length, resolve }));
  }

  /** Calls `listener` with every event of the guild that is not in the log yet, and with each that comes. */
  follow(guildId: string, listener: Listener): () => void {
    for (const event of this.unacknowledged.get(guildId) ?? []) listener(event);
    this.listeners.set(guildId, listener);
    return () => void this.listeners.delete(guildId);
  }

  private moved(): void {
    if (this.waiters.length === 0) return;
    const ready = this.waiters.filter(({ length }) => this.length <= length);
    this.waiters = this.waiters.filter(({ length }) => this.length > length);
    for (const { resolve } of ready) resolve();
  }
}
