import fc from 'fast-check';
import { compareSnowflakes, type Snowflake } from '@discord-relay/contracts';
import { countUnread, reduceMessageList } from './message-list.js';
import {
  EMPTY_LIST,
  type End,
  type MessageList,
  type MessageListAction,
  WINDOW_KEEP,
  WINDOW_MAX,
} from './message-list-state.js';
import { type ListedMessage, readAt } from './message-window.js';

const CHANNEL = '10' as Snowflake;
const SERVER = '1' as Snowflake;
const AUTHOR = { id: '2' as Snowflake, username: 'ada' };

const listed = (id: number, seq = id, content = `text ${id}`): ListedMessage => ({
  id: String(id) as Snowflake,
  content,
  author: AUTHOR,
  timestamp: '2026-01-01T00:00:00.000Z',
  channelId: CHANNEL,
  serverId: SERVER,
  editedTimestamp: null,
  pinned: false,
  revision: 0,
  seq,
});

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => listed(first + i));

const snapshotOf = (messages: ListedMessage[], complete = true): MessageListAction => ({
  type: 'snapshot',
  bulk: { messages },
  complete,
});

const created = (id: number, seq = id): MessageListAction => {
  const body = listed(id, seq);
  return { type: 'message', event: { ...body, prev: seq - 1 } };
};

const updated = (id: number, seq: number, content: string): MessageListAction => ({
  type: 'update',
  event: {
    id: String(id) as Snowflake,
    content,
    editedTimestamp: '2026-01-01T00:01:00.000Z',
    channelId: CHANNEL,
    serverId: SERVER,
    seq,
    prev: seq - 1,
  },
});

const deleted = (id: number, seq: number): MessageListAction => ({
  type: 'delete',
  event: { id: String(id) as Snowflake, channelId: CHANNEL, serverId: SERVER, seq, prev: seq - 1 },
});

const pageOf = (messages: ListedMessage[], request = 1, complete = false): MessageListAction => ({
  type: 'page',
  end: 'older',
  request,
  messages,
  complete,
});

const after = (...actions: MessageListAction[]): MessageList => actions.reduce(reduceMessageList, EMPTY_LIST);
const idsOf = ({ messages }: MessageList) => messages.map(({ id }) => Number(id));

describe('a live message list', () => {
  it('a live message list is ordered by the value of the id, not by its text or by arrival', () => {
    expect(idsOf(after(snapshotOf([listed(9)]), created(101), created(100), created(10)))).toEqual([
      9, 10, 100, 101,
    ]);
  });

  it('a live message list shows a repeated message once', () => {
    const state = after(snapshotOf([]), created(1));
    expect(reduceMessageList(state, created(1))).toBe(state);
  });

  it('a live message list applies an update to its message and leaves absent fields unchanged', () => {
    const { messages } = after(snapshotOf([listed(1)]), updated(1, 7, 'new'));
    expect(messages).toEqual([{ ...listed(1, 7, 'new'), editedTimestamp: '2026-01-01T00:01:00.000Z' }]);
  });

  it('a live message list ignores an update of a message that is not loaded', () => {
    const state = after(snapshotOf([listed(1)]));
    expect(reduceMessageList(state, updated(5, 7, 'new'))).toBe(state);
  });

  it('a live message list ignores an update that is older than the loaded message', () => {
    const state = after(snapshotOf([listed(1, 9)]));
    expect(reduceMessageList(state, updated(1, 8, 'old'))).toBe(state);
  });

  it('a live message list never shows a deleted message again, whatever repeats it', () => {
    const state = after(
      snapshotOf(range(1, 3)),
      deleted(2, 4),
      created(2),
      updated(2, 5, 'back'),
      created(2, 9),
    );
    expect(idsOf(state)).toEqual([1, 3]);
  });

  it('a live message list is replaced by a snapshot, and follows it', () => {
    const state = after(snapshotOf(range(1, 3)), { type: 'left' }, created(4), snapshotOf([listed(8)]));
    expect(idsOf(state)).toEqual([8]);
    expect(state.readUpTo).toBeNull();
    expect(countUnread(state)).toBe(0);
  });
});

describe('reactions', () => {
  const thumb = { id: null, name: '👍' };
  const reacted = (id: number, seq: number): MessageListAction => ({
    type: 'reaction',
    event: {
      action: 'add',
      ...{ messageId: String(id) as Snowflake, channelId: CHANNEL, serverId: SERVER },
      ...{ userId: '2' as Snowflake, emoji: thumb, burst: false, seq, prev: seq - 1 },
    },
  });
  const countsOf = ({ messages }: MessageList) => messages.map(({ reactions }) => reactions?.[0]?.count ?? 0);

  it('reactions are counted live', () => {
    expect(countsOf(after(snapshotOf(range(1, 2)), reacted(2, 7), reacted(2, 8)))).toEqual([0, 2]);
  });

  it('reactions are not counted twice when the page that was read already includes them', () => {
    const read = readAt([{ ...listed(1), reactions: [{ emoji: thumb, count: 1, burstCount: 0 }] }], 7);
    const state = after(
      snapshotOf([listed(5)], false),
      { type: 'requested', what: 'older' },
      reacted(1, 7),
      reacted(1, 8),
      pageOf(read),
      reacted(1, 7),
    );
    expect(countsOf(state)).toEqual([2, 0]);
  });

  it('reactions are not changed by an edit of their message', () => {
    expect(countsOf(after(snapshotOf([listed(1)]), reacted(1, 7), updated(1, 8, 'new')))).toEqual([1]);
  });
});

describe('older pages', () => {
  const open = [
    snapshotOf(range(51, 60), false),
    { type: 'requested', what: 'older' },
  ] as MessageListAction[];

  it('older pages are added before the loaded ones, and report when they reach the beginning', () => {
    const state = after(...open, pageOf(range(41, 50), 1, true));
    expect(idsOf(state)).toEqual(range(41, 60).map(({ id }) => Number(id)));
    expect(state.ends.older).toBe('none');
  });

  it('older pages do not bring back what was deleted during the request', () => {
    expect(idsOf(after(...open, deleted(45, 70), pageOf(range(44, 46))))).not.toContain(45);
  });

  it('older pages contain an edit made during the request, if they are older than it', () => {
    const state = after(
      ...open,
      updated(45, 70, 'newer than the page'),
      updated(46, 71, 'already in the page'),
      pageOf([listed(45), listed(46, 72, 'newest')]),
    );
    expect(state.messages.slice(0, 2).map(({ content }) => content)).toEqual([
      'newer than the page',
      'newest',
    ]);
  });

  it('older pages are ignored once their window has changed', () => {
    expect(idsOf(after(...open, snapshotOf([listed(99)], false), pageOf(range(41, 50))))).toEqual([99]);
    const again: MessageListAction[] = [
      ...open,
      snapshotOf([listed(99)], false),
      { type: 'requested', what: 'older' },
    ];
    expect(idsOf(after(...again, pageOf(range(41, 50), 1)))).toEqual([99]);
    expect(idsOf(after(...again, pageOf([listed(98)], 2)))).toEqual([98, 99]);
  });

  it('older pages can be requested again after a failure', () => {
    const failed = after(...open, { type: 'failed', what: 'older', request: 1, reason: 'away' });
    expect(failed).toMatchObject({ ends: { older: 'failed' }, failure: 'away' });
    const state = [{ type: 'requested', what: 'older' } as const, pageOf([listed(50)], 2)].reduce(
      reduceMessageList,
      failed,
    );
    expect(idsOf(state)[0]).toBe(50);
  });

  it('older pages continue from the window’s old end when its oldest messages are gone', () => {
    const emptied = after(
      snapshotOf(range(59, 60), false),
      deleted(59, 70),
      deleted(60, 71),
      created(40, 72),
    );
    expect(emptied).toMatchObject({ messages: [], from: '59', ends: { older: 'available' } });
  });

  it('older pages contain a message older than the window, which the window ignores', () => {
    const state = after(snapshotOf(range(51, 60), false), created(40, 99));
    expect(idsOf(state)[0]).toBe(51);
  });
});

describe('the window', () => {
  const flood = (from: number, count: number) =>
    range(from, from + count - 1).map(({ id }) => created(Number(id)));

  it('the window of loaded messages drops the oldest ones while the reader follows', () => {
    const state = after(snapshotOf([]), ...flood(1, WINDOW_MAX + 1));
    expect(state.messages).toHaveLength(WINDOW_KEEP);
    expect(idsOf(state).at(-1)).toBe(WINDOW_MAX + 1);
    expect(state.ends.older).toBe('available');
  });

  it('the window of loaded messages keeps a reader’s place and counts new messages', () => {
    const state = after(snapshotOf(range(1, 5)), { type: 'left' }, ...flood(6, 350));
    expect(idsOf(state)[0]).toBe(1);
    expect(countUnread(state)).toBe(350);
    expect(countUnread(reduceMessageList(state, deleted(350, 9_999)))).toBe(349);
    expect(countUnread(reduceMessageList(state, { type: 'followed' }))).toBe(0);
  });

  it('the window stops loading new messages far from the bottom, still counts them, and leaves the tail', () => {
    const state = after(snapshotOf(range(1, 5)), { type: 'left' }, ...flood(6, WINDOW_MAX));
    expect(state.messages).toHaveLength(WINDOW_MAX);
    expect(state.to).toBe(String(WINDOW_MAX));
    expect(countUnread(state)).toBe(WINDOW_MAX);
    expect(reduceMessageList(state, { type: 'followed' })).toBe(state);
  });

  it('the window keeps what the reader looks at while messages arrive at its new end', () => {
    const full = after(snapshotOf(range(1, WINDOW_MAX)), { type: 'left' });
    const state = reduceMessageList(full, created(WINDOW_MAX + 1));
    expect(idsOf(state)).toEqual(idsOf(full));
    expect(countUnread(state)).toBe(1);
  });

  it('the window stays where the reader is when the channel is joined again', () => {
    const before = after(snapshotOf(range(11, 20), false), { type: 'left' });
    const state = reduceMessageList(before, {
      type: 'snapshot-aside',
      bulk: { messages: range(101, 105) },
    });
    expect(idsOf(state)).toEqual(idsOf(before));
    expect(state).toMatchObject({ to: '20', ends: { newer: 'available' } });
    expect(countUnread(state)).toBe(5);
  });

  it('the window is empty and waits for a snapshot after a reset', () => {
    const state = after(snapshotOf(range(1, 5)), { type: 'reset' });
    expect(state).toMatchObject({ phase: 'loading', messages: [] });
  });
});

/** The channel as the service has it. */
class Channel {
  readonly messages = new Map<number, ListedMessage>();
  seq = 0;

  create(id: number): MessageListAction {
    this.seq += 1;
    this.messages.set(id, listed(id, this.seq));
    return created(id, this.seq);
  }

  edit(id: number): MessageListAction {
    this.seq += 1;
    const action = updated(id, this.seq, `edit ${this.seq}`);
    const held = this.messages.get(id);
    if (held && action.type === 'update') {
      const { prev: _prev, ...patch } = action.event;
      this.messages.set(id, { ...held, ...patch });
    }
    return action;
  }

  remove(id: number): MessageListAction {
    this.seq += 1;
    this.messages.delete(id);
    return deleted(id, this.seq);
  }

  /** Adds the reaction of one of three users with one of two emoji, or removes it if it is there; sometimes clears. */
  react(id: number): MessageListAction | null {
    if (!this.messages.has(id)) return null;
    this.seq += 1;
    const { seq } = this;
    const place = { messageId: String(id) as Snowflake, channelId: CHANNEL, serverId: SERVER };
    const emoji = { id: null, name: seq % 2 === 0 ? '👍' : '🎉' };
    const users = this.usersOf(id, emoji.name);
    if (seq % 7 === 0) {
      users.clear();
      return { type: 'reaction', event: { action: 'clear', ...place, emoji, seq, prev: seq - 1 } };
    }
    const userId = String(seq % 3) as Snowflake;
    const action = users.delete(userId) ? 'remove' : 'add';
    if (action === 'add') users.add(userId);
    return {
      type: 'reaction',
      event: { action, ...place, userId, emoji, burst: false, seq, prev: seq - 1 },
    };
  }

  private readonly reactions = new Map<string, Set<string>>();

  private usersOf(id: number, emoji: string): Set<string> {
    const users = this.reactions.get(`${id} ${emoji}`) ?? new Set();
    this.reactions.set(`${id} ${emoji}`, users);
    return users;
  }

  private withCounts(message: ListedMessage): ListedMessage {
    const reactions = ['🎉', '👍']
      .map((name) => ({ name, count: this.usersOf(Number(message.id), name).size }))
      .filter(({ count }) => count > 0)
      .map(({ name, count }) => ({ emoji: { id: null, name }, count, burstCount: 0 }));
    return reactions.length > 0 ? { ...message, reactions } : message;
  }

  all(): ListedMessage[] {
    return [...this.messages.values()]
      .map((message) => this.withCounts(message))
      .sort((a, b) => compareSnowflakes(a.id, b.id));
  }

  answer({ what, number: request, bound }: Request): MessageListAction {
    const later = this.read().filter(({ id }) => compareSnowflakes(id, bound) >= 0);
    const earlier = this.before(bound, PAGE);
    if (what === 'older') return pageOf(earlier, request, earlier.length < PAGE);
    const newer = later.filter(({ id }) => id !== bound).slice(0, PAGE);
    if (what === 'newer')
      return { type: 'page', end: 'newer', request, messages: newer, complete: newer.length < PAGE };
    const messages = [...earlier, ...later.slice(0, PAGE)];
    const complete = { older: earlier.length < PAGE, newer: later.length < PAGE };
    return { type: 'around', request, messages, complete };
  }

  private read(): ListedMessage[] {
    return readAt(this.all(), this.seq);
  }

  before(id: Snowflake | undefined, limit: number): ListedMessage[] {
    return this.read()
      .filter((message) => id === undefined || compareSnowflakes(message.id, id) < 0)
      .slice(-limit);
  }
}

/** A small number of ids, so that edits and deletions often hit what is being read. */
const anyId = fc.nat(60);
const step = fc.record({
  kind: fc.constantFrom(
    ...[
      'create',
      'edit',
      'remove',
      'ask older',
      'ask newer',
      'ask around',
      'read',
      'answer',
      'read',
      'answer',
    ],
    ...[
      'react',
      'react',
      'react',
      'ask older',
      'ask newer',
      'read',
      'answer',
      'rejoin',
      'left',
      'followed',
      'repeat',
    ],
  ),
  id: anyId,
});

const PAGE = 5;

interface Request {
  what: End | 'around';
  number: number;
  /** The end of the window, or the id to jump to. */
  bound: Snowflake;
}

/** A reader's page whose requests are answered at any later time, with events in between. */
class Reader {
  readonly channel = new Channel();
  list: MessageList;
  private pending: Request | undefined;
  private page: MessageListAction | undefined;
  private readonly past: MessageListAction[] = [];

  constructor(ids: number[]) {
    for (const id of new Set(ids)) this.channel.create(id);
    this.list = this.rejoin();
  }

  run({ kind, id }: { kind: string; id: number }): void {
    if (kind === 'create' && !this.known(id)) this.live(this.channel.create(id));
    else if (kind === 'edit') this.live(this.channel.edit(id));
    else if (kind === 'react') this.react(id);
    else if (kind === 'remove') this.remove(id);
    else if (kind === 'left' || kind === 'followed') this.apply({ type: kind });
    else if (kind === 'repeat') this.past.slice(-3).forEach((action) => this.apply(action));
    else if (kind === 'rejoin') this.list = this.rejoin();
    else if (kind.startsWith('ask ')) this.request(kind.slice('ask '.length) as Request['what'], id);
    else this.goOn(kind);
  }

  private readonly used = new Set<number>();

  /** Ids are never reused, not even after a deletion. */
  private known(id: number): boolean {
    const isKnown = this.used.has(id) || this.channel.messages.has(id);
    this.used.add(id);
    return isKnown;
  }

  private react(id: number): void {
    const action = this.channel.react(id);
    if (action) this.live(action);
  }

  private remove(id: number): void {
    this.used.add(id);
    this.live(this.channel.remove(id));
  }

  private request(what: Request['what'], id: number): void {
    const isPossible = what === 'around' || ['available', 'failed'].includes(this.list.ends[what]);
    if (!isPossible) return;
    const { from, to } = this.list;
    const bound = what === 'around' ? (String(id) as Snowflake) : what === 'older' ? from : to!;
    this.apply({ type: 'requested', what });
    this.pending = { what, bound, number: this.list.requests };
    this.page = undefined;
  }

  private goOn(kind: string): void {
    if (kind === 'read' && this.pending) {
      this.page = this.channel.answer(this.pending);
      this.pending = undefined;
    } else if (kind === 'answer' && this.page) {
      this.apply(this.page);
      this.page = undefined;
    }
  }

  private rejoin(): MessageList {
    const messages = this.channel.before(undefined, PAGE);
    const action = snapshotOf(messages, messages.length < PAGE);
    return reduceMessageList(this.list ?? EMPTY_LIST, action);
  }

  private live(action: MessageListAction): void {
    this.past.push(action);
    this.apply(action);
  }

  private apply(action: MessageListAction): void {
    this.list = reduceMessageList(this.list, action);
  }
}

/** As the service sends it; the order of reactions is that of their arrival. */
const asSent = ({ reactionsSeq: _, ...message }: ListedMessage) =>
  message.reactions
    ? {
        ...message,
        reactions: message.reactions.toSorted((a, b) => (a.emoji.name! < b.emoji.name! ? -1 : 1)),
      }
    : message;

describe('any events in any order', () => {
  it('any events in any order leave the channel’s messages between the two ends of its window', () => {
    fc.assert(
      fc.property(
        fc.array(anyId, { maxLength: 40, size: 'max' }),
        fc.array(step, { maxLength: 120, size: 'max' }),
        (ids, steps) => {
          const reader = new Reader(ids);
          for (const each of steps) {
            reader.run(each);
            const { messages, from, to } = reader.list;
            const expected = reader.channel
              .all()
              .filter(({ id }) => compareSnowflakes(id, from) >= 0)
              .filter(({ id }) => to === null || compareSnowflakes(id, to) <= 0);
            expect(messages.map(asSent)).toEqual(expected);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
