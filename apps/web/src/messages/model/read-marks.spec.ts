import type { Snowflake } from '@discord-relay/contracts';
import { ReadMarks } from './read-marks.js';

const id = (value: number) => String(value) as Snowflake;

/** Like a browser's storage, which all tabs share. */
const storage = (items = new Map<string, string>()) => ({
  getItem: (key: string) => items.get(key) ?? null,
  setItem: (key: string, value: string) => void items.set(key, value),
});

describe('the last read message', () => {
  it('the last read message moves forwards by reading, and back on request', () => {
    const marks = new ReadMarks('1', storage());
    expect(marks.of(id(5))).toBeNull();
    marks.advance(id(5), id(90));
    marks.advance(id(5), id(100));
    marks.advance(id(5), id(99));
    expect(marks.of(id(5))).toBe('100');
    marks.rewind(id(5), id(95));
    expect(marks.of(id(5))).toBe('94');
  });

  it('the last read message is the same in every tab, and separate for each reader', () => {
    const shared = storage();
    const [tab, other, stranger] = ['1', '1', '2'].map((user) => new ReadMarks(user, shared));
    tab!.advance(id(5), id(100));
    other!.advance(id(6), id(7));
    expect([tab!.of(id(6)), other!.of(id(5)), stranger!.of(id(5))]).toEqual(['7', '100', null]);
  });

  it('the last read message starts anew if the stored value cannot be read', () => {
    for (const text of ['{', 'null', '[1]', '{"5":"x"}'])
      expect(new ReadMarks('1', storage(new Map([['relay.read.1', text]]))).of(id(5))).toBeNull();
  });
});
