import {
  type ArchivedMessage,
  type ArchivedPart,
  type ArchivePage,
  type ArchivePageOptions,
  compareSnowflakes,
  firstSnowflakeAt,
  type RestGap,
  type Snowflake,
  snowflakeTimeMs,
  type WireHistoryMessage,
} from '@discord-relay/contracts';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { HighlightContext } from '../content/code/code-block.js';
import { highlight } from '../content/code/highlight.js';
import { ContentContext } from '../content/context/content-context.js';
import { GapRow } from '../content/rows/gap-row.js';
import { belongTogether } from '../messages/model/message-rows.js';
import { ARCHIVE_TEXTS } from '../texts/archive-texts.js';
import {
  ChannelHeader,
  Contents,
  type ContentsEntry,
  FileHeader,
  FileNavigation,
  MESSAGES_ID,
} from './archive-frame.js';
import type { KnownPeople } from './archive-people.js';
import { utcDay } from './archive-times.js';
import { ArchivedDayRow, ArchivedGapRow, ArchivedMessageRow } from './archived-message.js';
import { FileContent } from './file-content.js';
import type { HtmlDocument } from './html-document.js';

/** The place of a gap among the messages; gaps whose beginning is not known have none. */
interface PlacedGap {
  gap: RestGap;
  id: Snowflake;
  endMs: number;
}

/** A file of messages by channel and id. Rendered message by message, so that it needs memory only for what messages refer to. */
export class ArchiveFile implements ArchivePage {
  readonly parts: ArchivedPart[] = [];
  private readonly content: FileContent;
  private readonly entries: ContentsEntry[] = [];
  private readonly gaps: PlacedGap[];
  private text = '';
  private hasBegun = false;
  private channelId: string | null = null;
  private previous: WireHistoryMessage | null = null;
  private day: string | null = null;
  private nextGap = 0;

  constructor(
    private readonly document: HtmlDocument,
    private readonly options: ArchivePageOptions & { people: KnownPeople },
  ) {
    this.content = new FileContent(options.people, options.channels);
    this.gaps = options.gaps.flatMap(placed).sort((a, b) => compareSnowflakes(a.id, b.id));
  }

  add(messages: readonly ArchivedMessage[]): string {
    this.begin();
    for (const message of messages) this.addMessage(message);
    return this.take();
  }

  end(next: string | null): string {
    this.begin();
    this.endChannel(next !== null);
    const { previous, index } = this.options;
    this.put(<FileNavigation links={{ previous, index, next }} />);
    this.text += '</main>\n';
    this.put(<Contents entries={this.entries} />);
    this.text += this.document.end();
    return this.take();
  }

  private begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    const { guildName, number, seq, previous, index } = this.options;
    const title = ARCHIVE_TEXTS.title(guildName, number);
    this.text += this.document.begin(renderToStaticMarkup(<>{title}</>));
    this.put(
      <a className="archive-skip" href={`#${MESSAGES_ID}`}>
        {ARCHIVE_TEXTS.toMessages}
      </a>,
    );
    this.put(<FileHeader title={title} seq={seq} links={{ previous, index }} />);
    this.text += `<main id="${MESSAGES_ID}">\n`;
  }

  private addMessage(archived: ArchivedMessage): void {
    const { message, channel } = archived;
    if (channel.id !== this.channelId) this.beginChannel(archived);
    this.addGapsBefore(message.id);
    const leads = this.addDay(message.timestamp) || !this.follows(archived);
    this.content.begin(archived);
    this.put(<ArchivedMessageRow message={message} leads={leads} />, `${message.id}-`);
    this.content.end(archived);
    this.previous = message;
    const part = this.parts.at(-1)!;
    part.to = message.timestamp;
    part.messages += 1;
  }

  private beginChannel({ channel, message }: ArchivedMessage): void {
    this.endChannel();
    const { after } = this.options;
    const isContinued = this.channelId === null && after?.channelId === channel.id;
    if (this.channelId === null && after && !isContinued) this.addGapsAfter(after.messageId as Snowflake);
    this.channelId = channel.id;
    this.content.beginChannel(channel.id);
    this.nextGap = this.firstGapAfter(isContinued ? (after!.messageId as Snowflake) : channel.id);
    this.parts.push({
      channelId: channel.id,
      channelName: channel.name,
      from: message.timestamp,
      to: message.timestamp,
      messages: 0,
    });
    this.entries.push({ channelId: channel.id, name: channel.name, days: [] });
    this.text += `<section>\n`;
    this.put(<ChannelHeader channel={channel} isContinued={isContinued} />);
    this.text += '<div role="list" class="messages-rows">\n';
  }

  /** @param mayContinue the next file may have more messages of the channel: gaps after the last one here are at its beginning */
  private endChannel(mayContinue = false): void {
    if (this.channelId === null) return;
    if (!mayContinue) this.addGapsBefore(null);
    this.text += '</div>\n</section>\n';
    this.previous = null;
    this.day = null;
  }

  /** Puts a heading where a day begins. */
  private addDay(timestamp: string): boolean {
    const day = utcDay(timestamp);
    if (day === this.day) return false;
    this.day = day;
    const entry = this.entries.at(-1)!;
    const id = `day-${entry.channelId}-${day}`;
    // Imported messages may have ids that are not in the order of their times.
    const isNew = entry.days.every((each) => each.id !== id);
    if (isNew) entry.days.push({ id, timestamp });
    this.put(
      <ArchivedDayRow id={isNew ? id : `${id}-${this.parts.at(-1)!.messages}`} timestamp={timestamp} />,
    );
    return true;
  }

  private follows({ message }: ArchivedMessage): boolean {
    return this.previous !== null && belongTogether(this.previous, message);
  }

  /** @param id null: all that remain */
  private addGapsBefore(id: Snowflake | null): void {
    for (; this.nextGap < this.gaps.length; this.nextGap += 1) {
      const { gap, id: gapId } = this.gaps[this.nextGap]!;
      if (id !== null && compareSnowflakes(gapId, id) >= 0) return;
      this.addDay(gap.from!);
      this.put(<ArchivedGapRow gap={gap} />);
      this.previous = null;
    }
  }

  /** The gaps after the last message of the previous file, whose channel does not continue in this one. */
  private addGapsAfter(id: Snowflake): void {
    for (const { gap, id: gapId } of this.gaps)
      if (compareSnowflakes(gapId, id) >= 0) this.put(<GapRow gap={gap} />);
  }

  /** Index of the first gap after a message, or that was not over when the channel was created. */
  private firstGapAfter(id: Snowflake): number {
    const isAfter = ({ id: gapId, endMs }: PlacedGap) =>
      compareSnowflakes(gapId, id) >= 0 || (id === this.channelId && endMs > snowflakeTimeMs(id));
    const index = this.gaps.findIndex(isAfter);
    return index === -1 ? this.gaps.length : index;
  }

  /** @param prefix of the ids in it */
  private put(node: ReactNode, prefix = ''): void {
    const content = (
      <HighlightContext value={highlight}>
        <ContentContext value={this.content.context}>{node}</ContentContext>
      </HighlightContext>
    );
    this.text += `${renderToStaticMarkup(content, { identifierPrefix: prefix })}\n`;
  }

  private take(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}

function placed(gap: RestGap): PlacedGap[] {
  if (gap.from === null) return [];
  const endMs = gap.to === null ? Infinity : Date.parse(gap.to);
  return [{ gap, id: firstSnowflakeAt(Date.parse(gap.from)), endMs }];
}
