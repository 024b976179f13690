import type { RelayClient } from '@discord-relay/client';
import type { WireHistoryMessage } from '@discord-relay/contracts';
import { asRelayError } from '../../relay/as-relay-error.js';
import type { ReferencedMessage } from '../context/content-context.js';

export interface ParentPlace {
  channelId: string;
  messageId: string;
}

/** How many answered messages are requested at once. */
const MOST_AT_ONCE = 4;

/** Answered messages that no list has loaded. Each is requested once. */
export class ParentCache {
  private readonly parents = new Map<string, ReferencedMessage>();
  private readonly listeners = new Set<() => void>();
  private readonly waiting: ParentPlace[] = [];
  private running = 0;
  private changes = 0;

  constructor(private readonly rest: Pick<RelayClient, 'get'>) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** A number that changes when more is known. */
  readonly version = (): number => this.changes;

  known(place: ParentPlace): ReferencedMessage | undefined {
    return this.parents.get(keyOf(place));
  }

  request(places: readonly ParentPlace[]): void {
    for (const place of places) {
      if (this.parents.has(keyOf(place))) continue;
      this.parents.set(keyOf(place), { state: 'not-loaded' });
      this.waiting.push(place);
    }
    while (this.running < MOST_AT_ONCE && this.waiting.length > 0) void this.run();
  }

  private async run(): Promise<void> {
    this.running += 1;
    for (let place = this.waiting.shift(); place; place = this.waiting.shift()) {
      this.parents.set(keyOf(place), await this.read(place));
      this.changes += 1;
      for (const listener of this.listeners) listener();
    }
    this.running -= 1;
  }

  private async read({ channelId, messageId }: ParentPlace): Promise<ReferencedMessage> {
    try {
      const path = `/api/v1/channels/${encodeURIComponent(channelId)}/messages/${encodeURIComponent(messageId)}`;
      return asReferenced(await this.rest.get<WireHistoryMessage>(path));
    } catch (cause) {
      return stateOf(asRelayError(cause).code);
    }
  }
}

const keyOf = ({ channelId, messageId }: ParentPlace): string => `${channelId}/${messageId}`;

export const asReferenced = ({ author, content }: WireHistoryMessage): ReferencedMessage => ({
  state: 'known',
  author: author.globalName ?? author.username,
  text: content,
});

/** After a failure of another kind, the reader may still open the message. */
function stateOf(code: string): ReferencedMessage {
  if (code === 'MESSAGE.NOT_FOUND') return { state: 'missing' };
  return { state: code.startsWith('CHANNEL.') ? 'forbidden' : 'not-loaded' };
}
