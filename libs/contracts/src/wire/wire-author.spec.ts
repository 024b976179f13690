import type { Snowflake } from '../snowflake.js';
import { wireAuthor } from './wire-author.js';

const ID = '1' as Snowflake;

it('the wire author includes what is known about an author, and omits the rest', () => {
  expect(wireAuthor(ID, null, null)).toEqual({ id: ID, username: '' });
  expect(
    wireAuthor(ID, 'ada', { id: ID, username: 'ada', globalName: null, avatar: null, bot: false }),
  ).toEqual({
    id: ID,
    username: 'ada',
  });
  expect(wireAuthor(ID, 'ada', { id: ID, globalName: 'Ada', avatar: 'hash', bot: true })).toEqual({
    id: ID,
    username: 'ada',
    globalName: 'Ada',
    avatar: 'hash',
    bot: true,
  });
});
