import { type ReactNode, useState } from 'react';
import type { RestSearchPage, WireHistoryMessage } from '@discord-relay/contracts';
import { Attachment } from '../../content/attachments/attachments.js';
import { ExternalLink } from '../../content/markdown-view/external-link.js';
import { linksOf } from '../../content/markdown/links.js';
import { fullTime } from '../../ui/times.js';
import { usePages } from '../../relay/use-pages.js';
import { PlaceLink } from '../../routes/place-link.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { withoutBidiControls } from '../../ui/bidi.js';
import { Name } from '../../ui/name.js';
import { MoreButton } from '../more-button.js';
import { ViewFrame } from '../view-frame.js';
import { type ChannelViewProps, channelName } from '../view-props.js';

const { media: TEXTS } = VIEW_TEXTS;
const KINDS = ['attachment', 'link'] as const;
type Kind = (typeof KINDS)[number];
const toPage = ({ messages, next }: RestSearchPage) => ({ items: messages, next });

/** Files, images or links of a channel, newest first; each leads to its message. */
export default function MediaView({ client, directory, channelId }: ChannelViewProps) {
  const [kind, setKind] = useState<Kind>('attachment');
  const guild = directory.channels.find(({ id }) => id === channelId)?.serverId;
  const query = { guild, channel: channelId, has: kind };
  const { items, phase, error, hasMore, more } = usePages(
    client,
    { path: '/api/v1/search', query, cursor: 'before' },
    toPage,
  );
  return (
    <ViewFrame testId="media-view" phase={phase} error={error} again={more}>
      <h2>
        {TEXTS.title} <Name of={channelName(directory, channelId)} />
      </h2>
      <KindButtons kind={kind} onChange={setKind} />
      <ul className="media-grid">
        {items.map((message) => (kind === 'attachment' ? filesOf(message) : linkCardsOf(message)))}
      </ul>
      {phase === 'ready' && items.length === 0 && <p className="muted">{TEXTS.none[kind]}</p>}
      <MoreButton hasMore={hasMore} isLoading={phase === 'loading'} onMore={more} />
    </ViewFrame>
  );
}

function KindButtons({ kind, onChange }: { kind: Kind; onChange: (kind: Kind) => void }) {
  return (
    <div className="tabs">
      {KINDS.map((each) => (
        <button
          key={each}
          type="button"
          className="button"
          aria-pressed={each === kind}
          onClick={() => onChange(each)}
        >
          {TEXTS.kinds[each]}
        </button>
      ))}
    </div>
  );
}

const filesOf = (message: WireHistoryMessage) =>
  (message.attachments ?? []).map((attachment) => (
    <MediaCard key={attachment.id} message={message}>
      <Attachment messageId={message.id} attachment={attachment} />
    </MediaCard>
  ));

const linkCardsOf = (message: WireHistoryMessage) =>
  linksOf(message.content).map((href) => (
    <MediaCard key={`${message.id} ${href}`} message={message}>
      <ExternalLink href={href} title={href}>
        <bdi>{withoutBidiControls(href)}</bdi>
      </ExternalLink>
    </MediaCard>
  ));

interface MediaCardProps {
  message: WireHistoryMessage;
  children: ReactNode;
}

function MediaCard({ message: { id, channelId, author, timestamp }, children }: MediaCardProps) {
  return (
    <li className="card">
      {children}
      <span className="muted">
        <Name of={author.globalName ?? author.username} /> · {fullTime(timestamp)}
      </span>
      <PlaceLink place={{ view: 'channel', channelId, messageId: id }}>{TEXTS.jump}</PlaceLink>
    </li>
  );
}
