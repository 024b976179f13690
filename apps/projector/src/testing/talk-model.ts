import type { EventDataByType, MessagePatch, PollResults, RelayEvent } from '@discord-relay/contracts';
import { hour, line } from './model-line.js';

interface Known {
  content: string | null;
  /** -1: not known. */
  embeds: number;
  editedAt: string;
  pinned: boolean | null;
  /** JSON; `null`: none. */
  poll: string;
  created: boolean;
  deleted: boolean;
  /** Channel and hour, and the author; empty until the creation was seen. */
  place: string;
  author: string;
}

interface Seen extends Known {
  revision: number;
  createdSeq: number | null;
  contentSeq: number | null;
}

const UNSEEN: Seen = {
  content: null,
  embeds: -1,
  editedAt: '',
  pinned: null,
  poll: 'null',
  created: false,
  deleted: false,
  place: '',
  author: '',
  revision: 0,
  createdSeq: null,
  contentSeq: null,
};

/** A reference model of messages and their parts: slow and simple, one event after another, in memory. */
export class TalkModel {
  private readonly messages = new Map<string, Seen>();
  private revisions: {
    id: string;
    revision: number;
    content: string | null;
    editedAt: string;
    seq: number;
  }[] = [];
  private reactions = new Set<string>();
  private votes = new Map<string, boolean>();
  private counts = new Map<string, { votes: number; reported: boolean }>();
  private readonly hours = new Map<string, { [what in What]: number }>();

  constructor(private readonly changes: string[]) {}

  apply(event: RelayEvent, seq: number): void {
    if (event.type === 'message.created') this.see(event.data, true, seq);
    else if (event.type === 'message.updated') this.see(event.data, false, seq);
    else if (event.type === 'message.deleted') this.remove([event.data.id], event, seq);
    else if (event.type === 'message.bulk_deleted') this.remove(event.data.ids, event, seq);
    else if (event.type === 'poll.vote_added') this.vote(event.data, true, seq);
    else if (event.type === 'poll.vote_removed') this.vote(event.data, false, seq);
    else this.react(event, seq);
  }

  rows(): Record<string, string[]> {
    const emoji = new Set([...this.reactions].map((each) => each.split(' ').slice(0, 2).join(' ')));
    const counted = [...emoji].map((key) => {
      const all = [...this.reactions].filter((each) => each.startsWith(`${key} `));
      return line(key, all.length, all.filter((each) => each.endsWith('true')).length);
    });
    return {
      messages: [...this.messages].map(([id, m]) =>
        line(
          id,
          m.content,
          m.embeds,
          m.editedAt || null,
          m.pinned,
          m.poll !== 'null',
          !m.created,
          m.deleted,
        ).concat(' ', line(m.revision, m.createdSeq, m.contentSeq)),
      ),
      message_revisions: this.revisions.map((r) =>
        line(r.id, r.revision, r.content, r.editedAt || null, r.seq),
      ),
      reactions: [...this.reactions],
      reaction_counts: counted,
      poll_votes: [...this.votes].map(([key, present]) => line(key, present)),
      poll_counts: [...this.counts].map(([key, { votes, reported }]) => line(key, votes, reported)),
      hourly_authors: this.authors(),
      hourly_counts: [...this.hours].map(([key, n]) =>
        line(key, n.messages, n.edits, n.deletions, n.reactions),
      ),
    };
  }

  private authors(): string[] {
    const places = new Map<string, Set<string>>();
    for (const { created, deleted, place, author } of this.messages.values()) {
      if (!created || deleted) continue;
      places.set(place, (places.get(place) ?? new Set()).add(author));
    }
    return [...places].map(([place, authors]) => line(place, authors.size));
  }

  private see(news: MessagePatch, isCreation: boolean, seq: number): void {
    const old = this.messages.get(news.id);
    const now = old ?? UNSEEN;
    if (now.deleted) return;
    const firstCreation = isCreation && !now.created;
    const isUpdate = !isCreation && (news.editedAt ?? now.editedAt) >= now.editedAt;
    const isNewer = isCreation && (!old || (news.editedAt ?? '') > now.editedAt);
    const next = { ...now, created: now.created || isCreation };
    if (isUpdate || isNewer) Object.assign(next, said(news, isCreation));
    else if (firstCreation) fill(next, said(news, true));
    if (old && JSON.stringify(next) === JSON.stringify(now)) return;
    this.changed(news, now, next, seq);
    if (firstCreation) {
      next.createdSeq = seq;
      next.place = line(news.channelId, hour(news.createdAt!));
      next.author = news.author!.id;
      this.count('messages', news.channelId, news.createdAt!);
    }
    this.changes.push(line(firstCreation ? 'message' : 'message_update', seq));
    this.messages.set(news.id, next);
  }

  private changed({ id, channelId }: MessagePatch, now: Seen, next: Seen, seq: number): void {
    if (next.content !== now.content) {
      const { revision, content, editedAt, contentSeq } = now;
      if (content !== null) this.revisions.push({ id, revision, content, editedAt, seq: contentSeq! });
      if (content !== null) next.revision += 1;
      next.contentSeq = seq;
    }
    if (next.editedAt > now.editedAt) this.count('edits', channelId, next.editedAt);
    const resultsOf = (poll: string) => (JSON.parse(poll) as { results: PollResults | null } | null)?.results;
    const results = resultsOf(next.poll);
    if (!results || JSON.stringify(results) === JSON.stringify(resultsOf(now.poll))) return;
    for (const answer of [1, 2]) {
      const votes = results.counts.find(({ answerId }) => answerId === answer)?.count ?? 0;
      this.counts.set(`${id} ${answer}`, { votes, reported: true });
    }
  }

  private remove(ids: string[], { time, data }: RelayEvent, seq: number): void {
    const there = ids.filter((id) => !this.messages.get(id)?.deleted);
    for (const id of there) {
      const seen = this.messages.get(id) ?? UNSEEN;
      this.messages.set(id, { ...seen, content: null, embeds: -1, poll: 'null', deleted: true });
      this.revisions = this.revisions.map((each) => (each.id === id ? { ...each, content: null } : each));
      this.reactions = new Set([...this.reactions].filter((each) => !each.startsWith(`${id} `)));
      for (const map of [this.votes, this.counts])
        for (const key of [...map.keys()]) if (key.startsWith(`${id} `)) map.delete(key);
      this.count('deletions', (data as { channelId: string }).channelId, time);
    }
    if (there.length > 0) this.changes.push(line('message_delete', seq));
  }

  private vote(
    { messageId, answerId, userId }: EventDataByType['poll.vote_added'],
    present: boolean,
    seq: number,
  ): void {
    if (this.messages.get(messageId)?.deleted) return;
    const key = `${messageId} ${answerId}`;
    const before = this.votes.get(`${key} ${userId}`);
    if (before === present) return;
    this.votes.set(`${key} ${userId}`, present);
    const count = this.counts.get(key) ?? { votes: 0, reported: false };
    if (present) count.votes += 1;
    else if (before || count.reported) count.votes = Math.max(0, count.votes - 1);
    else return;
    this.counts.set(key, count);
    const { poll } = this.messages.get(messageId) ?? UNSEEN;
    if (poll !== 'null') this.changes.push(line('message_update', seq));
  }

  private react(event: RelayEvent, seq: number): void {
    if (!event.type.startsWith('reaction.')) return;
    const { messageId } = event.data as { messageId: string };
    const clear = (prefix: string) => {
      this.reactions = new Set([...this.reactions].filter((each) => !each.startsWith(prefix)));
    };
    if (event.type === 'reaction.cleared')
      clear(event.data.emoji ? `${messageId} ${event.data.emoji.name} ` : `${messageId} `);
    if (event.type === 'reaction.counted') clear(`${messageId} `);
    if (this.messages.get(messageId)?.deleted) return;
    // A removal is remembered with the message, in case an import names the reaction.
    if (event.type !== 'reaction.added' && !this.messages.has(messageId))
      this.messages.set(messageId, UNSEEN);
    if (event.type === 'reaction.cleared') this.changes.push(line('reaction_clear', seq));
    if (event.type === 'reaction.counted')
      for (const { emoji, userIds } of event.data.counts)
        this.reactions.add(line(messageId, emoji.name, userIds[0], false));
    if (event.type !== 'reaction.added' && event.type !== 'reaction.removed') return;
    const { emoji, userId, burst, channelId } = event.data;
    const key = line(messageId, emoji.name, userId, burst);
    const isAdded = event.type === 'reaction.added';
    if (this.reactions.has(key) === isAdded) return;
    this.changes.push(line(isAdded ? 'reaction_add' : 'reaction_remove', seq));
    if (isAdded) this.count('reactions', channelId, event.time);
    if (isAdded) this.reactions.add(key);
    else this.reactions.delete(key);
  }

  private count(what: What, channelId: string, at: string): void {
    const key = line(channelId, hour(at));
    const counts = this.hours.get(key) ?? { messages: 0, edits: 0, deletions: 0, reactions: 0 };
    counts[what] += 1;
    this.hours.set(key, counts);
  }
}

type What = 'messages' | 'edits' | 'deletions' | 'reactions';

/** The fields that an event sets: all for a creation, the contained ones for an update. */
function said(news: MessagePatch, isCreation: boolean): Partial<Known> {
  const carried = {
    content: news.content,
    editedAt: news.editedAt ?? (isCreation ? '' : undefined),
    embeds: news.embeds?.length,
    pinned: news.pinned,
    poll: news.poll === undefined ? undefined : JSON.stringify(news.poll),
  };
  return Object.fromEntries(Object.entries(carried).filter(([, value]) => value !== undefined));
}

/** Values from an update before the creation stay. */
function fill(next: Known, said: Partial<Known>): void {
  next.content ??= said.content!;
  next.pinned ??= said.pinned!;
  if (next.embeds === -1) next.embeds = said.embeds!;
  if (next.poll === 'null') next.poll = said.poll!;
}
