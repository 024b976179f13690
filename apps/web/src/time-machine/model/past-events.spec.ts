import type {
  MessageBody,
  MessageUpdateBody,
  Positioned,
  Redaction,
  Replayable,
} from '@discord-relay/contracts';
import { reduceMessageList } from '../../messages/model/message-list.js';
import { EMPTY_LIST, type MessageList } from '../../messages/model/message-list-state.js';
import { messageRows } from '../../messages/model/message-rows.js';
import { pastMessage, pastPage, pastUpdate } from './past-events.js';

const PLACE = { channelId: '11', serverId: '1' };
const TIME = '2026-03-01T10:00:00.000Z';
const mark = (redacted?: Redaction) => ({ id: 'r', at: TIME, ...(redacted && { redacted }) });

const message = (id: string, seq: number, content: string, redacted?: Redaction) =>
  ({
    ...{ ...PLACE, id, seq, content, prev: seq - 1, timestamp: TIME, editedTimestamp: null, pinned: null },
    ...{ revision: 0, author: { id: '7', username: 'ada' }, replay: mark(redacted) },
  }) as unknown as Replayable<MessageBody & Positioned>;
const update = (id: string, seq: number, content: string | undefined, redacted?: Redaction) =>
  ({
    ...{ ...PLACE, id, seq, prev: seq - 1, editedTimestamp: TIME, replay: mark(redacted) },
    ...(content !== undefined && { content }),
  }) as unknown as Replayable<MessageUpdateBody & Positioned>;

const ready = (): MessageList => ({ ...EMPTY_LIST, phase: 'ready' });
const played = (events: readonly (ReturnType<typeof message> | ReturnType<typeof update>)[]): MessageList =>
  events.reduce<MessageList>(
    (list, event) =>
      reduceMessageList(
        list,
        'author' in event && event.author
          ? { type: 'message', event: pastMessage(event as ReturnType<typeof message>) }
          : { type: 'update', event: pastUpdate(event as ReturnType<typeof update>) },
      ),
    ready(),
  );
const rowsOf = ({ messages }: MessageList) =>
  messageRows(messages, () => '').flatMap((row) => {
    if (row.kind === 'message') return [`${row.message.content}${row.message.redacted ?? ''}`];
    return row.kind === 'withheld' ? [`${row.count} ${row.redaction}`] : [];
  });

describe('the events of the past', () => {
  it('a message of the past is shown with the text that it had, then with the next one', () => {
    const [first, second] = [message('1', 5, 'before'), update('1', 6, 'after')];
    expect(rowsOf(played([first]))).toEqual(['before']);
    expect(rowsOf(played([first, second]))).toEqual(['after']);
    expect(played([first, second]).messages[0]).not.toHaveProperty('replay');
  });

  it('messages that were deleted since are tombstones, side by side as one row', () => {
    const list = played([
      message('1', 5, '', 'deleted'),
      message('2', 6, '', 'deleted'),
      message('3', 7, '', 'not_projected'),
      message('4', 8, 'there'),
      message('5', 9, '', 'channel_deleted'),
    ]);
    expect(rowsOf(list)).toEqual(['2 deleted', '1 not_projected', 'there', '1 channel_deleted']);
  });

  it('a text that an edit replaces is withheld from viewers, until the last one', () => {
    const events = [
      message('1', 5, '', 'superseded'),
      update('1', 6, undefined, 'superseded'),
      update('1', 7, 'last'),
    ];
    expect(rowsOf(played(events.slice(0, 2)))).toEqual(['superseded']);
    expect(rowsOf(played(events))).toEqual(['last']);
  });

  it('a change whose content is withheld takes the content before with it', () => {
    const list = played([message('1', 5, 'seen'), update('1', 6, undefined, 'deleted')]);
    expect(rowsOf(list)).toEqual(['1 deleted']);
    expect(list.messages[0]!.content).toBe('');
  });

  it('a change without a text does not show a text that is withheld', () => {
    const list = played([message('1', 5, '', 'superseded'), update('1', 6, undefined)]);
    expect(rowsOf(list)).toEqual(['superseded']);
  });

  it('a page of the past has its tombstones at their places', () => {
    const page = pastPage(
      {
        messages: [{ ...message('9', 3, 'a') }, { ...message('11', 4, 'b') }],
        seq: 8,
        asOf: { deleted: [{ id: '10', timestamp: TIME }], unknown: [] },
      } as unknown as Parameters<typeof pastPage>[0],
      PLACE as Parameters<typeof pastPage>[1],
    );
    expect(page.map(({ id, redacted }) => `${id} ${redacted}`)).toEqual([
      '9 undefined',
      '10 deleted',
      '11 undefined',
    ]);
  });
});
