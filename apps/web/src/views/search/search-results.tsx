import type { RelayClient, RestQuery } from '@discord-relay/client';
import type { RestSearchPage, WireHistoryMessage } from '@discord-relay/contracts';
import type { Directory } from '../../channels/directory.js';
import { fullTime } from '../../ui/times.js';
import { usePages } from '../../relay/use-pages.js';
import { PlaceLink } from '../../routes/place-link.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { directionOf } from '../../ui/bidi.js';
import { Name } from '../../ui/name.js';
import { MoreButton } from '../more-button.js';
import { ViewFailure } from '../view-frame.js';
import { channelName } from '../view-props.js';
import { Highlighted, hitsIn } from './highlight.js';
import { textsBeside } from './texts-beside.js';

const { search: TEXTS } = VIEW_TEXTS;
const toPage = ({ messages, next }: RestSearchPage) => ({ items: messages, next });

interface SearchResultsProps {
  client: RelayClient;
  directory: Directory;
  query: RestQuery;
  words: readonly string[];
}

/** The results, newest first; each links to its place in the channel. */
export function SearchResults({ client, directory, query, words }: SearchResultsProps) {
  const found = usePages(client, { path: '/api/v1/search', query, cursor: 'before' }, toPage);
  const { items, phase, error, hasMore, more } = found;
  if (phase === 'failed' && error) return <ViewFailure error={error} again={more} />;
  return (
    <>
      <p role="status" className="muted">
        {phase === 'loading'
          ? VIEW_TEXTS.loading
          : items.length === 0
            ? TEXTS.none
            : TEXTS.results(items.length, hasMore)}
      </p>
      <ol className="cards" data-testid="search-results">
        {items.map((message) => (
          <Hit
            key={message.id}
            message={message}
            words={words}
            channel={channelName(directory, message.channelId)}
          />
        ))}
      </ol>
      <MoreButton hasMore={hasMore} isLoading={phase === 'loading'} onMore={more} />
    </>
  );
}

function Hit({
  message,
  words,
  channel,
}: {
  message: WireHistoryMessage;
  words: readonly string[];
  channel: string;
}) {
  const { id, channelId, author, content, timestamp } = message;
  const found = textsBeside(message).filter((text) => hitsIn(text, words).length > 0);
  return (
    <li className="card" data-testid={`hit-${id}`}>
      <p className="hit-head">
        <strong>
          <Name of={author.globalName ?? author.username} />
        </strong>{' '}
        <span className="muted">
          <Name of={channel} /> · <time dateTime={timestamp}>{fullTime(timestamp)}</time>
        </span>
      </p>
      {[content, ...found].filter(Boolean).map((text, index) => (
        <p key={index} className="hit-text" dir={directionOf(text)}>
          <Highlighted text={text} words={words} />
        </p>
      ))}
      <PlaceLink place={{ view: 'channel', channelId, messageId: id }}>{TEXTS.jump}</PlaceLink>
    </li>
  );
}
