import type { RestRevision, WireEmoji } from '@discord-relay/contracts';
import { createContext, useContext } from 'react';

/** A name that people chose, and its colour as Discord's number (0xRRGGBB); 0 and absent: none of its own. */
export interface NamedThing {
  name: string;
  colour?: number | null;
}

export interface NamedChannel {
  name: string;
  /** Where the page shows it; absent: it cannot be opened. */
  href?: string;
}

/** What is known of a message that another one refers to. */
export type ReferencedMessage =
  { state: 'known'; author: string; text: string } | { state: 'not-loaded' | 'deleted' | 'forbidden' };

/**
 * What content needs to know beside the message. Resolvers answer at once, with `undefined` for what is not known (yet):
 * the context gets another value when that changes.
 */
export interface ContentContextValue {
  user: (id: string) => NamedThing | undefined;
  role: (id: string) => NamedThing | undefined;
  channel: (id: string) => NamedChannel | undefined;
  message: (channelId: string, messageId: string) => ReferencedMessage;
  /** Where the page shows a message; null: nowhere. */
  messageHref: (channelId: string, messageId: string) => string | null;
  /** BCP 47; absent: the browser's. */
  locale?: string;
  /** IANA; absent: the browser's. */
  timeZone?: string;
  /** false: no picture, sound or film is loaded, and no other origin is contacted. */
  media: boolean;
  /** Where an attachment can be loaded now; null: nowhere. The address in a message has no signature. */
  mediaUrl: (messageId: string, attachmentId: string) => Promise<string | null>;
  /** Names of those who reacted, the first of them; absent: it cannot be asked for. */
  reactors?: (messageId: string, emoji: WireEmoji) => Promise<readonly string[]>;
  /** What a message said before; absent: the reader may not see it. */
  revisions?: (messageId: string) => Promise<readonly RestRevision[]>;
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
