import { emojiKey, type RelayEvent, type RelayEventOf } from '@discord-relay/contracts';
import type { LoggedEvent } from './log-events.js';

interface Message {
  content: string | null;
  editedAt: string;
  created: boolean;
  deleted: boolean;
}

type MessageNews = RelayEventOf<'message.created' | 'message.updated'>;

/**
 * The expected rows and changes, computed slowly and simply: one event after another, in memory. Shares no code with the
 * projector, and supports the kinds of events in an `EventMix`.
 */
export class ReferenceModel {
  private readonly messages = new Map<string, Message>();
  private readonly channels = new Map<string, string>();
  private readonly guilds = new Map<string, string>();
  private readonly members = new Set<string>();
  private reactions = new Map<string, Set<string>>();
  /** `seq kind feed` in the order of the log. */
  readonly changes: string[] = [];

  constructor(log: readonly LoggedEvent[]) {
    for (const { seq, event } of log) this.take(event, seq);
  }

  /** Table -> its rows, one line each, sorted; as {@link readLines} reads them. */
  lines(): Map<string, string[]> {
    const reactions = [...this.reactions].flatMap(([id, keys]) => [...keys].map((key) => `${id} ${key}`));
    const messages = [...this.messages].map(
      ([id, { content, editedAt, created, deleted }]) => `${id} ${created} ${deleted} ${editedAt} ${content}`,
    );
    const entries = (map: Map<string, string>) => [...map].map(([id, rest]) => `${id} ${rest}`);
    return new Map([
      ['guilds', entries(this.guilds).sort()],
      ['channels', entries(this.channels).sort()],
      ['messages', messages.sort()],
      ['reactions', reactions.sort()],
      ['changes', [...this.changes].sort()],
    ]);
  }

  private take(event: RelayEvent, seq: number): void {
    switch (event.type) {
      case 'guild.synced':
        if (!this.guilds.has(event.data.id)) this.changes.push(`${seq} access g:${event.data.id}`);
        this.guilds.set(event.data.id, event.data.name ?? '');
        return;
      case 'channel.synced':
      case 'channel.updated':
        return this.describe(event, seq);
      case 'message.created':
      case 'message.updated':
        return this.applyMessage(event, seq);
      case 'message.deleted':
        return this.remove(event, seq);
      case 'reaction.added':
      case 'reaction.removed':
        return this.react(event, seq);
      case 'member.updated':
        return this.meet(event, seq);
      default:
        throw new Error(`the model does not know ${event.type}`);
    }
  }

  private describe({ data }: RelayEventOf<'channel.synced' | 'channel.updated'>, seq: number): void {
    const line = `${data.guildId} ${data.name} ${data.topic}`;
    if (this.channels.get(data.id) === line) return;
    this.channels.set(data.id, line);
    this.changes.push(`${seq} channel_update g:${data.guildId}`);
  }

  private applyMessage({ type, data }: MessageNews, seq: number): void {
    const before = this.messages.get(data.id);
    const isNew = type === 'message.created' && !before?.created;
    const editedAt = data.editedAt ?? '';
    const isNewer = !before || editedAt > before.editedAt;
    if (before?.deleted || (!isNew && !isNewer)) return;
    const news = isNewer || before?.content === null ? { content: data.content ?? null } : {};
    const known = before ?? { content: null, editedAt, created: false, deleted: false };
    const created = known.created || isNew;
    this.messages.set(data.id, { ...known, ...news, created, editedAt: isNewer ? editedAt : known.editedAt });
    this.changes.push(`${seq} ${isNew ? 'message' : 'message_update'} c:${data.channelId}`);
  }

  private remove({ data }: RelayEventOf<'message.deleted'>, seq: number): void {
    const before = this.messages.get(data.id);
    this.reactions.delete(data.id);
    if (before?.deleted) return;
    const known = before ?? { editedAt: '', created: false };
    this.messages.set(data.id, { ...known, content: null, deleted: true });
    this.changes.push(`${seq} message_delete c:${data.channelId}`);
  }

  private react(event: RelayEventOf<'reaction.added' | 'reaction.removed'>, seq: number): void {
    const { data } = event;
    if (this.messages.get(data.messageId)?.deleted) return;
    const users = this.reactions.get(data.messageId) ?? new Set();
    this.reactions.set(data.messageId, users);
    const key = `${emojiKey(data.emoji)} ${data.userId} ${data.burst}`;
    const isAdded = event.type === 'reaction.added';
    if (users.has(key) === isAdded) return;
    if (isAdded) users.add(key);
    else users.delete(key);
    this.changes.push(`${seq} ${isAdded ? 'reaction_add' : 'reaction_remove'} c:${data.channelId}`);
  }

  /** Members of an `EventMix` never get another role, so access is announced when one is seen first. */
  private meet({ data }: RelayEventOf<'member.updated'>, seq: number): void {
    const key = `${data.guildId} ${data.user.id}`;
    if (this.members.has(key)) return;
    this.members.add(key);
    this.changes.push(`${seq} access g:${data.guildId}`);
  }
}
