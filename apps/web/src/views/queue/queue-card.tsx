import type { QueueEntry, QueuePerson } from '@discord-relay/contracts';
import type { Directory } from '../../channels/directory.js';
import { useNow } from '../../content/markdown-view/use-now.js';
import { fullTime } from '../../ui/times.js';
import { PlaceLink } from '../../routes/place-link.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { Name } from '../../ui/name.js';
import { channelName } from '../view-props.js';
import { spanText } from '../../ui/span-text.js';

const { queue: TEXTS } = VIEW_TEXTS;

interface QueueCardProps {
  entry: QueueEntry;
  directory: Directory;
}

/** A conversation, with a link to it. */
export function QueueCard({ entry, directory }: QueueCardProps) {
  const { id, channelId, parentId, name } = entry;
  const isMessage = id !== channelId;
  return (
    <li className="card" data-testid={`queue-entry-${id}`} data-state={entry.state}>
      <h3>
        <PlaceLink place={{ view: 'channel', channelId, ...(isMessage && { messageId: id }) }}>
          <Name of={isMessage ? TEXTS.messageIn(name) : name} />
        </PlaceLink>
      </h3>
      {parentId !== null && (
        <p className="muted">
          <Name of={channelName(directory, parentId)} />
        </p>
      )}
      <Facts entry={entry} />
    </li>
  );
}

function Facts({ entry }: { entry: QueueEntry }) {
  const { opener, openedAt, lastSpeaker, lastMessageAt, waitingSince, firstResponseS } = entry;
  return (
    <dl className="queue-facts">
      {waitingSince !== null && <Since label={TEXTS.waits} time={waitingSince} />}
      <Since label={TEXTS.age} time={openedAt} />
      <Person label={TEXTS.opener} person={opener} />
      <Person label={TEXTS.lastSpeaker} person={lastSpeaker} />
      {lastMessageAt !== null && <Since label={TEXTS.lastMessage} time={lastMessageAt} />}
      <div>
        <dt>{TEXTS.firstResponse}</dt>
        <dd>{firstResponseS === null ? TEXTS.noResponse : spanText(firstResponseS)}</dd>
      </div>
    </dl>
  );
}

function Since({ label, time }: { label: string; time: string }) {
  const seconds = (useNow() - Date.parse(time)) / 1_000;
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <time dateTime={time} title={fullTime(time)}>
          {spanText(seconds)}
        </time>
      </dd>
    </div>
  );
}

function Person({ label, person }: { label: string; person: QueuePerson | null }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{person ? <Name of={person.name ?? person.id} /> : TEXTS.nobody}</dd>
    </div>
  );
}
