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

/**
 * What content needs to know beside the message. Every resolver answers at once, with `undefined` for what is not known
 * (yet): the context gets another value when that changes.
 */
export interface ContentContextValue {
  user: (id: string) => NamedThing | undefined;
  role: (id: string) => NamedThing | undefined;
  channel: (id: string) => NamedChannel | undefined;
  /** BCP 47; absent: the browser's. */
  locale?: string;
  /** IANA; absent: the browser's. */
  timeZone?: string;
  /** false: no picture, sound or film is loaded, and no other origin is contacted. */
  media: boolean;
  /** Where an attachment can be loaded now; null: nowhere. The address in a message has no signature. */
  mediaUrl: (messageId: string, attachmentId: string) => string | null;
}

const UNKNOWN = () => undefined;

export const ContentContext = createContext<ContentContextValue>({
  user: UNKNOWN,
  role: UNKNOWN,
  channel: UNKNOWN,
  media: false,
  mediaUrl: () => null,
});

export const useContent = (): ContentContextValue => useContext(ContentContext);
