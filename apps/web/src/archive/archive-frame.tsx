import type { ArchivedChannel, ArchivedPart, RestGap } from '@discord-relay/contracts';
import type { ReactNode } from 'react';
import { GapRow } from '../content/rows/gap-row.js';
import { InlineMarkdown } from '../content/markdown-view/markdown.js';
import { ARCHIVE_TEXTS } from '../texts/archive-texts.js';
import { Name } from '../ui/name.js';
import { utcDay, utcDayName } from './archive-times.js';
import { channelAnchor } from './file-content.js';

const CONTENTS_ID = 'contents';
export const MESSAGES_ID = 'messages';

interface FileLinks {
  previous: string | null;
  index: string | null;
  next?: string | null;
}

export function FileHeader({ title, seq, links }: { title: string; seq: number; links: FileLinks }) {
  return (
    <header className="archive-header">
      <h1>
        <Name of={title} />
      </h1>
      <p>{ARCHIVE_TEXTS.about(seq)}</p>
      <p>{ARCHIVE_TEXTS.files}</p>
      <FileNavigation links={links}>
        <a href={`#${CONTENTS_ID}`}>{ARCHIVE_TEXTS.contents}</a>
      </FileNavigation>
    </header>
  );
}

export function FileNavigation({
  links: { previous, index, next = null },
  children,
}: {
  links: FileLinks;
  children?: ReactNode;
}) {
  return (
    <p className="archive-links">
      {children}
      {previous !== null && (
        <a href={previous} rel="prev">
          {ARCHIVE_TEXTS.previous}
        </a>
      )}
      {index !== null && <a href={index}>{ARCHIVE_TEXTS.all}</a>}
      {next !== null && (
        <a href={next} rel="next">
          {ARCHIVE_TEXTS.next}
        </a>
      )}
    </p>
  );
}

export function ChannelHeader({ channel, isContinued }: { channel: ArchivedChannel; isContinued: boolean }) {
  const { id, name, topic, parentName, isThread } = channel;
  const place = isThread
    ? ARCHIVE_TEXTS.thread(parentName)
    : parentName !== null && ARCHIVE_TEXTS.category(parentName);
  return (
    <header className="archive-channel">
      <h2 id={channelAnchor(id)}>
        {!isThread && '#'}
        <Name of={name} />
        {isContinued && <span className="muted"> ({ARCHIVE_TEXTS.continued})</span>}
      </h2>
      {place && (
        <p className="muted">
          <Name of={place} />
        </p>
      )}
      {topic && (
        <p className="muted">
          <InlineMarkdown text={topic} />
        </p>
      )}
    </header>
  );
}

export interface ContentsEntry {
  channelId: string;
  name: string;
  days: { id: string; timestamp: string }[];
}

export function Contents({ entries }: { entries: readonly ContentsEntry[] }) {
  return (
    <nav id={CONTENTS_ID} className="archive-contents" aria-label={ARCHIVE_TEXTS.contents}>
      <h2>{ARCHIVE_TEXTS.contents}</h2>
      <ul>
        {entries.map(({ channelId, name, days }) => (
          <li key={channelId}>
            <a href={`#${channelAnchor(channelId)}`}>
              <Name of={name} />
            </a>
            <ul>
              {days.map(({ id, timestamp }) => (
                <li key={id}>
                  <a href={`#${id}`}>{utcDay(timestamp)}</a>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface IndexFile {
  href: string;
  rows: number;
  parts: readonly ArchivedPart[];
}

export function FileList({ files }: { files: readonly IndexFile[] }) {
  if (files.length === 0) return <p>{ARCHIVE_TEXTS.empty}</p>;
  return (
    <ol className="archive-files">
      {files.map(({ href, rows, parts }, index) => (
        <li key={href}>
          <a href={href}>{ARCHIVE_TEXTS.file(index + 1)}</a>, {ARCHIVE_TEXTS.messages(rows)}
          <ul>
            {parts.map((part) => (
              <li key={part.channelId}>
                <Part part={part} href={href} />
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

function Part({ part, href }: { part: ArchivedPart; href: string }) {
  const { channelId, channelName, from, to, messages } = part;
  return (
    <>
      <a href={`${href}#${channelAnchor(channelId)}`}>
        <Name of={channelName} />
      </a>
      : {ARCHIVE_TEXTS.messages(messages)}, {ARCHIVE_TEXTS.parts(utcDayName(from), utcDayName(to))}
    </>
  );
}

export function GapList({ gaps }: { gaps: readonly RestGap[] }) {
  if (gaps.length === 0) return null;
  return (
    <section aria-labelledby="gaps">
      <h2 id="gaps">{ARCHIVE_TEXTS.gaps}</h2>
      {gaps.map((gap) => (
        <GapRow key={gap.gapId} gap={gap} />
      ))}
    </section>
  );
}
