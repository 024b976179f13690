import type { RelayClient, RestQuery } from '@discord-relay/client';
import type { RestSearchPage, WireHistoryMessage } from '@discord-relay/contracts';
import type { Directory } from '../../channels/directory.js';
import { fullTime } from '../../ui/times.js';
import { usePages } from '../../relay/use-pages.js';
import { PlaceLink } from '../../routes/place-link.js';
import { type MentionNames, plainText } from '../../content/markdown/plain-text.js';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { directionOf } from '../../ui/bidi.js';
import { Name } from '../../ui/name.js';
import { MoreButton } from '../more-button.js';
import { ViewFailure } from '../view-frame.js';
import { channelName } from '../view-props.js';
import { Highlighted, hitsIn } from './highlight.js';
import type { NamedIds } from './search-query.js';
import { textsBeside } from './texts-beside.js';

const { search: TEXTS } = VIEW_TEXTS;
const toPage = ({ messages, next }: RestSearchPage) => ({ items: messages, next });

interface SearchResultsProps {
  client: RelayClient;
  directory: Directory;
  query: RestQuery;
  words: readonly string[];
  names: NamedIds;
}

/** The results, newest first; each links to its place in the channel. */
export function SearchResults({ client, directory, query, words, names }: SearchResultsProps) {
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
            names={names}
            channel={channelName(directory, message.channelId)}
          />
        ))}
      </ol>
      <MoreButton hasMore={hasMore} isLoading={phase === 'loading'} onMore={more} />
    </>
  );
}

interface HitProps extends Pick<SearchResultsProps, 'words' | 'names'> {
  message: WireHistoryMessage;
  channel: string;
}

function Hit({ message, words, names, channel }: HitProps) {
  const { id, channelId, author, content, timestamp } = message;
  const [said = '', ...beside] = [content, ...textsBeside(message)].map((text) =>
    plainText(text, mentionNames(names)),
  );
  const found = beside.filter((text) => hitsIn(text, words).length > 0);
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
      {[said, ...found].filter(Boolean).map((text, index) => (
        <p key={index} className="hit-text" dir={directionOf(text)}>
          <Highlighted text={text} words={words} />
        </p>
      ))}
      <PlaceLink place={{ view: 'channel', channelId, messageId: id }}>{TEXTS.jump}</PlaceLink>
    </li>
  );
}

function mentionNames({ users, channels }: NamedIds): MentionNames {
  const { unknown } = CONTENT_TEXTS;
  const nameIn = (known: NamedIds['users'], id: string) => known.find((each) => each.id === id)?.name;
  return {
    user: (id) => nameIn(users, id) ?? unknown.user,
    role: () => unknown.role,
    channel: (id) => nameIn(channels, id) ?? unknown.channel,
  };
}
