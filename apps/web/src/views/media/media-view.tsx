import type { RestSearchPage, WireHistoryMessage } from '@discord-relay/contracts';
import { fullTime } from '../../ui/times.js';
import { usePages } from '../../relay/use-pages.js';
import { PlaceLink } from '../../routes/place-link.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { Name } from '../../ui/name.js';
import { MoreButton } from '../more-button.js';
import { ViewFrame } from '../view-frame.js';
import { type ChannelViewProps, channelName } from '../view-props.js';

const { media: TEXTS } = VIEW_TEXTS;
const toPage = ({ messages, next }: RestSearchPage) => ({ items: messages, next });

/** Files of a channel, newest first; each links to its message. */
export default function MediaView({ client, directory, channelId }: ChannelViewProps) {
  const guild = directory.channels.find(({ id }) => id === channelId)?.serverId;
  const query = { guild, channel: channelId, has: 'attachment' };
  const { items, phase, error, hasMore, more } = usePages(
    client,
    { path: '/api/v1/search', query, cursor: 'before' },
    toPage,
  );
  return (
    <ViewFrame testId="media-view" phase={phase} error={error} again={more}>
      <h2>{TEXTS.title(channelName(directory, channelId))}</h2>
      <ul className="media-grid">
        {items.flatMap((message) =>
          (message.attachments ?? []).map((attachment) => (
            <FileCard key={attachment.id} message={message} name={attachment.filename} />
          )),
        )}
      </ul>
      {phase === 'ready' && items.length === 0 && <p className="muted">{TEXTS.none}</p>}
      <MoreButton hasMore={hasMore} isLoading={phase === 'loading'} onMore={more} />
    </ViewFrame>
  );
}

function FileCard({
  message: { id, channelId, author, timestamp },
  name,
}: {
  message: WireHistoryMessage;
  name: string;
}) {
  return (
    <li className="card">
      <strong className="file-name">
        <Name of={name} />
      </strong>
      <span className="muted">
        <Name of={author.username} /> · {fullTime(timestamp)}
      </span>
      <PlaceLink place={{ view: 'channel', channelId, messageId: id }}>{TEXTS.jump}</PlaceLink>
    </li>
  );
}
