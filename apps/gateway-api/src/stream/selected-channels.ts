import type { Snowflake } from '@discord-relay/contracts';
import type { Rights } from '../access/permissions.js';

type RightsOf = (channelId: Snowflake) => Rights;

/**
 * Which of the channels that a stream was asked for by name it still tells of. One that was lost stays lost until the
 * stream begins anew: what was said meanwhile would be missing without a word.
 */
export class SelectedChannels {
  /** Whether each may be read; else its room is watched. */
  private readonly channels = new Map<Snowflake, boolean>();

  /** null: whichever may be read */
  constructor(private readonly named: ReadonlySet<Snowflake> | null) {}

  get size(): number {
    return this.channels.size;
  }

  has(channelId: Snowflake): boolean {
    return this.named === null || this.channels.has(channelId);
  }

  /** Begins with what may be seen now; returns those of the named channels that may not. */
  reset(rightsOf: RightsOf): Snowflake[] {
    this.channels.clear();
    const missing: Snowflake[] = [];
    for (const id of this.named ?? []) {
      const { see, read } = rightsOf(id);
      if (see) this.channels.set(id, read);
      else missing.push(id);
    }
    return missing;
  }

  /** Gives up, and returns, what may not be seen or read any more. */
  removeLost(rightsOf: RightsOf): Snowflake[] {
    const lost = [...this.channels].filter(([id, wasRead]) => {
      const { see, read } = rightsOf(id);
      return !see || (wasRead && !read);
    });
    for (const [id] of lost) this.channels.delete(id);
    return lost.map(([id]) => id);
  }
}
