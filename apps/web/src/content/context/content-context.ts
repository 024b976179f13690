import type { AttachmentState, RestRevision, WireEmoji, WireHistoryMessage } from '@discord-relay/contracts';
import { createContext, useContext } from 'react';

/** A user-chosen name, and its colour as Discord's number (0xRRGGBB); 0 and absent: none. */
export interface NamedThing {
  name: string;
  colour?: number | null;
}

export interface NamedChannel {
  name: string;
  /** Its address on the page; absent: it cannot be opened. */
  href?: string;
}

/** What is known about a referenced message; `missing`: deleted earlier, or never recorded; `elsewhere`: not in this file. */
export type ReferencedMessage =
  | { state: 'known'; author: string; text: string }
  | { state: 'not-loaded' | 'deleted' | 'missing' | 'forbidden' | 'elsewhere' };

export type MessagePlace = Pick<WireHistoryMessage, 'id' | 'channelId' | 'serverId'>;

/** For a file that is read without scripts and without requests (ADR 60): all of it is rendered at once, with CSS instead of handlers. */
export interface StaticContent {
  /** The recorded address of an attachment; null: none. */
  attachmentHref: (attachment: AttachmentState) => string | null;
  /** The contents that edits replaced, oldest first; empty: none, or the reader may not see them. */
  earlier: (messageId: string) => readonly RestRevision[];
}

/**
 * What content needs besides the message. Resolvers answer synchronously, with `undefined` for what is not known (yet): the
 * context's value changes when they know more.
 */
export interface ContentContextValue {
  user: (id: string) => NamedThing | undefined;
  role: (id: string) => NamedThing | undefined;
  channel: (id: string) => NamedChannel | undefined;
  message: (channelId: string, messageId: string) => ReferencedMessage;
  /** The address of a message on the page; null: none. */
  messageHref: (channelId: string, messageId: string) => string | null;
  /** BCP 47; absent: the browser's. */
  locale?: string;
  /** IANA; absent: the browser's. */
  timeZone?: string;
  /** false: no images, sounds or videos are loaded, and no other origin is contacted. */
  media: boolean;
  /** The current address of an attachment; null: unavailable. The address in a message lacks the signature. */
  mediaUrl: (messageId: string, attachmentId: string) => Promise<string | null>;
  /** The beginning of a text file; absent: unavailable. */
  attachmentText?: (messageId: string, attachmentId: string) => Promise<string>;
  /** The first names of users who reacted; absent: unavailable. */
  reactors?: (message: MessagePlace, emoji: WireEmoji) => Promise<readonly string[]>;
  /** All versions of a message's content; absent: the reader may not see them. */
  revisions?: (message: MessagePlace) => Promise<readonly RestRevision[]>;
  /** Absent on the page. */
  static?: StaticContent;
}

const UNKNOWN = () => undefined;

export const NO_CONTENT_CONTEXT: ContentContextValue = {
  user: UNKNOWN,
  role: UNKNOWN,
  channel: UNKNOWN,
  message: () => ({ state: 'not-loaded' }),
  messageHref: () => null,
  media: false,
  mediaUrl: () => Promise.resolve(null),
};

export const ContentContext = createContext(NO_CONTENT_CONTEXT);

export const useContent = (): ContentContextValue => useContext(ContentContext);
