import type { Snowflake } from '@discord-relay/contracts';
import type { Rights } from '../access/permissions.js';

type RightsOf = (channelId: Snowflake) => Rights;

/**
 * The channels that a stream sends. A channel to which access was lost stays lost until the stream starts again, because the
 * client would not notice that messages in between are missing.
 */
export class SelectedChannels {
  /** Whether each channel may be read; otherwise only the events of its room are sent. */
  private readonly channels = new Map<Snowflake, boolean>();

  /** null: every channel that may be read */
  constructor(private readonly named: ReadonlySet<Snowflake> | null) {}

  get size(): number {
    return this.channels.size;
  }

  has(channelId: Snowflake): boolean {
    return this.named === null || this.channels.has(channelId);
  }

  /** Starts with the channels that are visible now; returns the named channels that are not. */
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

  /** Removes and returns the channels that are no longer visible or readable. */
  removeLost(rightsOf: RightsOf): Snowflake[] {
    const lost = [...this.channels].filter(([id, wasRead]) => {
      const { see, read } = rightsOf(id);
      return !see || (wasRead && !read);
    });
    for (const [id] of lost) this.channels.delete(id);
    return lost.map(([id]) => id);
  }
}
