import { useState } from 'react';
import type { RestForumTag, RestThread, RestThreadPage } from '@discord-relay/contracts';
import { channelKind } from '../../channels/channel-kind.js';
import { EmojiView } from '../../content/reactions/emoji-view.js';
import { fullTime } from '../../ui/times.js';
import { usePages } from '../../relay/use-pages.js';
import { PlaceLink } from '../../routes/place-link.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { Name } from '../../ui/name.js';
import { MoreButton } from '../more-button.js';
import { ViewFrame } from '../view-frame.js';
import { type ChannelViewProps, channelName } from '../view-props.js';

const { threads: TEXTS } = VIEW_TEXTS;
const toPage = ({ threads, next }: RestThreadPage) => ({ items: threads, next });

/** Threads of a channel, or posts of a forum. */
export default function ThreadsView({ client, directory, channelId }: ChannelViewProps) {
  const [isArchived, setArchived] = useState(false);
  const name = channelName(directory, channelId);
  const channel = directory.channels.find(({ id }) => id === channelId);
  const isForum = channel !== undefined && channelKind(channel.type) === 'forum';
  const path = `/api/v1/channels/${channelId}/threads`;
  const query = { archived: String(isArchived) };
  const { items, phase, error, hasMore, more } = usePages(client, { path, query, cursor: 'before' }, toPage);
  return (
    <ViewFrame testId="threads-view" phase={phase} error={error} again={more}>
      <h2>
        {isForum ? TEXTS.posts : TEXTS.title} <Name of={name} />
      </h2>
      <div className="tabs">
        {[false, true].map((archived) => (
          <button
            key={String(archived)}
            type="button"
            className="button"
            aria-pressed={archived === isArchived}
            onClick={() => setArchived(archived)}
          >
            {archived ? TEXTS.archived : TEXTS.active}
          </button>
        ))}
      </div>
      <ul className="cards">
        {items.map((thread) => (
          <ThreadCard key={thread.id} thread={thread} />
        ))}
      </ul>
      {phase === 'ready' && items.length === 0 && <p className="muted">{TEXTS.none}</p>}
      <MoreButton hasMore={hasMore} isLoading={phase === 'loading'} onMore={more} />
    </ViewFrame>
  );
}

function ThreadCard({ thread }: { thread: RestThread }) {
  const { id, name, locked, createdAt, messageCount, tags } = thread;
  const facts = [
    createdAt !== null && TEXTS.opened(fullTime(createdAt)),
    messageCount !== null && TEXTS.messages(messageCount),
    locked && TEXTS.locked,
  ].filter((fact) => typeof fact === 'string');
  return (
    <li className="card">
      <PlaceLink place={{ view: 'channel', channelId: id }}>
        <Name of={name} />
      </PlaceLink>
      {tags.length > 0 && <Tags tags={tags} />}
      <span className="muted">{facts.join(' · ')}</span>
    </li>
  );
}

function Tags({ tags }: { tags: readonly RestForumTag[] }) {
  return (
    <ul className="post-tags" aria-label={TEXTS.tags}>
      {tags.map(({ id, name, emojiId, emojiName }) => (
        <li key={id} className="post-tag">
          {(emojiId ?? emojiName) !== null && <EmojiView emoji={{ id: emojiId, name: emojiName }} />}{' '}
          <Name of={name} />
        </li>
      ))}
    </ul>
  );
}
