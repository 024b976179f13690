import type { ArchivedMessage, AttachmentState, RestRevision, WireAuthor } from '@discord-relay/contracts';
import {
  type ContentContextValue,
  NO_CONTENT_CONTEXT,
  type ReferencedMessage,
} from '../content/context/content-context.js';
import { webAddress } from '../content/markdown/read-address.js';
import type { KnownPeople } from './archive-people.js';
import { LOCALE, TIME_ZONE } from './archive-times.js';

/** The beginning of a message suffices for the line above its answers. */
const PREVIEW_CHARACTERS = 600;
const NONE: readonly RestRevision[] = [];

const nameOf = ({ globalName, username }: WireAuthor): string => globalName ?? username;

export const channelAnchor = (channelId: string): string => `channel-${channelId}`;

/** What the messages of a file can refer to: people, channels, and the messages above them in the same file. */
export class FileContent {
  readonly context: ContentContextValue;
  private readonly above = new Map<string, ReferencedMessage>();
  private readonly authors = new Map<string, string>();
  private readonly begun = new Set<string>();
  private earlier: readonly RestRevision[] = NONE;

  constructor(
    private readonly people: KnownPeople,
    private readonly channels: ReadonlyMap<string, string>,
  ) {
    this.context = {
      ...NO_CONTENT_CONTEXT,
      user: (id) => this.user(id),
      role: (id) => this.people.role(id),
      channel: (id) => this.channel(id),
      message: (_, id) => this.above.get(id) ?? { state: 'elsewhere' },
      messageHref: (_, id) => (this.above.has(id) ? `#${id}` : null),
      locale: LOCALE,
      timeZone: TIME_ZONE,
      static: { attachmentHref, earlier: () => this.earlier },
    };
  }

  beginChannel(channelId: string): void {
    this.begun.add(channelId);
  }

  /** The message whose content is rendered next. */
  begin({ message, earlier }: ArchivedMessage): void {
    this.earlier = earlier;
    if (message.webhookId === undefined) this.authors.set(message.author.id, nameOf(message.author));
  }

  /** The rendered message, which later ones may refer to. */
  end({ message: { id, author, content } }: ArchivedMessage): void {
    const name = this.people.user(author.id)?.name ?? nameOf(author);
    this.above.set(id, { state: 'known', author: name, text: previewOf(content) });
  }

  private user(id: string) {
    const name = this.authors.get(id);
    return this.people.user(id) ?? (name === undefined ? undefined : { name });
  }

  private channel(id: string) {
    const name = this.channels.get(id);
    if (name === undefined) return undefined;
    return this.begun.has(id) ? { name, href: `#${channelAnchor(id)}` } : { name };
  }
}

/** A slice of a text keeps all of it in memory; this is a copy. */
const previewOf = (content: string): string =>
  content.length <= PREVIEW_CHARACTERS
    ? content
    : (JSON.parse(JSON.stringify(content.slice(0, PREVIEW_CHARACTERS))) as string);

/** Recorded addresses are Discord's, and nothing else is linked. */
const attachmentHref = ({ url }: AttachmentState): string | null => webAddress(url);
