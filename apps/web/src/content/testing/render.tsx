import type { MessageExtras, Snowflake, WireHistoryMessage } from '@discord-relay/contracts';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Router } from 'wouter';
import { ContentContext, type ContentContextValue, NO_CONTENT_CONTEXT } from '../context/content-context.js';
import { MessageBody } from '../message-body.js';

const AUTHOR_ID = '40' as Snowflake;

/** Everything is known and may be loaded, so that nothing is omitted for lack of a name or an address. */
export const RICH_CONTEXT: ContentContextValue = {
  ...NO_CONTENT_CONTEXT,
  user: (id) => (id === AUTHOR_ID ? undefined : { name: `user ${id}`, colour: 0xff0000 }),
  role: (id) => ({ name: `role ${id}`, colour: 0x00ff00 }),
  channel: (id) => ({ name: `channel ${id}`, href: `/channels/${id}` }),
  message: () => ({ state: 'known', author: 'ada', text: 'what was said' }),
  messageHref: (channelId, messageId) => `/channels/${channelId}/${messageId}`,
  locale: 'en-GB',
  timeZone: 'UTC',
  media: true,
  mediaUrl: () => Promise.resolve('https://cdn.discordapp.com/attachments/1/2/file'),
};

export const markupOf = (content: ReactNode, context: Partial<ContentContextValue> = {}): string =>
  renderToStaticMarkup(
    <Router ssrPath="/">
      <ContentContext value={{ ...RICH_CONTEXT, ...context }}>{content}</ContentContext>
    </Router>,
  );

export type TestMessage = Partial<Omit<WireHistoryMessage, 'id' | 'channelId' | 'serverId'>> & MessageExtras;

export const testMessage = (fields: TestMessage = {}): WireHistoryMessage => ({
  id: '10' as Snowflake,
  channelId: '20' as Snowflake,
  serverId: '30' as Snowflake,
  author: { id: AUTHOR_ID, username: 'ada' },
  content: '',
  timestamp: '2024-05-01T12:00:00.000Z',
  editedTimestamp: null,
  pinned: false,
  revision: 0,
  seq: 1,
  ...fields,
});

export const messageMarkup = (fields: TestMessage, context: Partial<ContentContextValue> = {}): string =>
  markupOf(<MessageBody message={testMessage(fields)} />, context);

/** The text of static markup as a reader sees it. */
export const textOf = (markup: string): string =>
  markup
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');
