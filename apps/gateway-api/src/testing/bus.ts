import type { Change } from '@discord-relay/contracts';
import type { AnnouncementListener } from '../live/chain/change-announcements.js';

/** Announcements of one guild in memory, delivered on request. */
export class Bus {
  listener: AnnouncementListener | undefined;
  private readonly interrupted: (() => void)[] = [];
  private readonly waiting: Change[] = [];

  subscribe(_guildId: string, listener: AnnouncementListener) {
    this.listener = listener;
    const unsubscribe = () => (this.listener = undefined);
    return { active: Promise.resolve(), unsubscribe };
  }

  onInterruption(callback: () => void): void {
    this.interrupted.push(callback);
  }

  /** Announcements without a subscriber are lost, as on core NATS. */
  send(change: Change): void {
    if (this.listener) this.waiting.push(change);
  }

  handOn(): void {
    const change = this.waiting.shift();
    if (change) this.listener?.receive(change);
  }

  interrupt(): void {
    this.waiting.length = 0;
    for (const callback of this.interrupted) callback();
  }
}
