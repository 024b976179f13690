import type { WireHistoryMessage } from '@discord-relay/contracts';
import { bytesOf, fitting, MAX_ANSWER_BYTES } from './limits.js';
import { messageShape, toMessageAnswer } from './message-answer.js';

const message = (fields: object = {}): WireHistoryMessage =>
  ({
    id: '1',
    channelId: '2',
    serverId: '3',
    content: 'hello',
    author: { id: '7', username: 'ada' },
    timestamp: '2026-01-01T00:00:00.000Z',
    editedTimestamp: null,
    pinned: null,
    revision: 0,
    seq: 1,
    ...fields,
  }) as WireHistoryMessage;

describe('a message in an answer', () => {
  it('a message keeps what a reader needs of it', () => {
    const attachment = {
      id: '4',
      filename: 'a.png',
      contentType: null,
      sizeBytes: 5,
      url: 'x',
      width: 1,
      height: 1,
    };
    const parts = {
      attachments: [attachment],
      embeds: [{ title: 't', description: 'd', color: 5 }],
      components: [{ type: 1, components: [{ type: 10, content: 'text inside' }] }],
      reactions: [{ emoji: { id: null, name: '👍' }, count: 2, burstCount: 0 }],
      poll: { question: 'Tea?', answers: [{ id: 1, text: 'Yes', emoji: null }] },
      replyTo: { messageId: '9', channelId: '2' },
    };
    expect(toMessageAnswer(message(parts))).toEqual({
      ...{ id: '1', channelId: '2', at: '2026-01-01T00:00:00.000Z', text: 'hello', replyTo: '9' },
      author: { id: '7', name: 'ada' },
      attachments: [{ name: 'a.png', contentType: null, bytes: 5 }],
      embeds: [{ title: 't', description: 'd' }],
      components: ['text inside'],
      reactions: [{ emoji: '👍', count: 2 }],
      poll: { question: 'Tea?', answers: ['Yes'] },
    });
  });

  it('the largest message fits into an answer and says that it was cut', () => {
    const long = '\u0001'.repeat(20_000);
    const many = <T>(item: T): T[] => Array.from({ length: 60 }, () => item);
    const answer = toMessageAnswer(
      message({
        content: long,
        author: { id: '7', username: long, globalName: long },
        embeds: many({ title: long, description: long, url: long }),
        components: many({ content: long }),
        attachments: many({ filename: long, contentType: long, sizeBytes: 1 }),
        reactions: many({ emoji: { id: null, name: long }, count: 1, burstCount: 0 }),
        poll: { question: long, answers: many({ id: 1, text: long, emoji: null }) },
      }),
    );
    expect(answer.isCut).toBe(true);
    expect(messageShape.parse(answer)).toEqual(answer);
    expect(bytesOf(fitting([answer]))).toBeLessThan(MAX_ANSWER_BYTES - 16_384);
  });
});
