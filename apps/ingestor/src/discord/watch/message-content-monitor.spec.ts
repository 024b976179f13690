import { MessageContentMonitor, EMPTY_MESSAGES_LIMIT } from './message-content-monitor.js';

const MESSAGE = { type: 0, guild_id: '1', author: { id: '2' }, content: '', mentions: [] };

function checkOf(...messages: unknown[]): MessageContentMonitor {
  const check = new MessageContentMonitor();
  for (const message of messages) check.observe(message);
  return check;
}

const times = (count: number, message: unknown) => Array.from({ length: count }, () => message);

describe('MessageContentMonitor', () => {
  it('the monitor reports missing content after a number of consecutive empty messages, once', () => {
    const check = checkOf(...times(EMPTY_MESSAGES_LIMIT - 1, MESSAGE));
    expect(check.isWithheld).toBe(false);
    expect(check.observe(MESSAGE)).toBe(true);
    expect(check.isWithheld).toBe(true);
    expect(check.observe(MESSAGE)).toBe(false);
  });

  it('MessageContentMonitor clears its alarm after the first readable message', () => {
    const check = checkOf(...times(EMPTY_MESSAGES_LIMIT, MESSAGE), { ...MESSAGE, content: 'hello' });
    expect(check.isWithheld).toBe(false);
  });

  it.each([
    ['a bot', { author: { id: '2', bot: true } }],
    ['a webhook', { webhook_id: '3' }],
    ['a direct message', { guild_id: undefined }],
    ['a message that mentions somebody', { mentions: [{ id: '4' }] }],
    ['a member who joined', { type: 7 }],
    ['a picture', { attachments: [{ id: '5' }] }],
    ['a sticker', { sticker_items: [{ id: '5' }] }],
    ['a poll', { poll: { question: {} } }],
    ['a forward', { message_snapshots: [{}] }],
  ])('MessageContentMonitor does not count %s', (_, more) => {
    expect(checkOf(...times(EMPTY_MESSAGES_LIMIT, { ...MESSAGE, ...more })).isWithheld).toBe(false);
  });

  it('MessageContentMonitor accepts data of any shape', () => {
    for (const data of [null, undefined, 5, [], {}, { author: null }])
      expect(checkOf(data).isWithheld).toBe(false);
  });
});
