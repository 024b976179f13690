import type { EventDataByType, RelayEvent, WireFact } from '@discord-relay/contracts';
import type { Redaction } from '../../log/select/redact.js';
import { messageBody, messageUpdateBody, tombstoneBody, tombstoneUpdate } from './message-bodies.js';
import type { PastPlaces } from './past-places.js';
import type { PollTally } from './poll-tally.js';

/** What the read models say about the effect of a message's event. */
export interface MessageEffect {
  /** Whether the event created the message; false: a copy of a message that was known. */
  created: boolean;
  /** Whether it is an event that changed the message, as far as that is known. */
  changed: boolean;
  /** The number of the content that it brought; undefined: the content stayed. */
  revision: number | undefined;
}

/** A past event with what is known about it today. */
export interface PastEvent {
  event: RelayEvent;
  redaction: Redaction | undefined;
  /** undefined: the read models do not know the message. */
  effect: MessageEffect | undefined;
}

/** What a replay remembers of the events before. */
export interface Memory {
  polls: PollTally;
  places: PastPlaces;
}

/** A past event as the live protocol sends it, in order; empty: clients would not have received anything. */
export function liveFactsOf(past: PastEvent, memory: Memory): WireFact[] {
  const { event } = past;
  switch (event.type) {
    case 'message.created':
      return createdFacts(past, event.data, memory);
    case 'message.updated':
      return [{ event: 'message_update', payload: updateBody(past, event.data, memory) }];
    case 'message.deleted':
      return [deletedFact(event.data)];
    case 'message.bulk_deleted': {
      const { ids, channelId, guildId } = event.data;
      return ids.map((id) => deletedFact({ id, channelId, guildId }));
    }
    case 'reaction.added':
    case 'reaction.removed':
    case 'reaction.cleared':
    case 'poll.vote_added':
    case 'poll.vote_removed':
      // They say who reacted to a message, or voted, which is withheld together with the message.
      return past.redaction && past.redaction !== 'superseded' ? [] : partFacts(event, memory);
    default:
      return memory.places.factsOf(event);
  }
}

function createdFacts(past: PastEvent, data: EventDataByType['message.created'], memory: Memory): WireFact[] {
  const { redaction, effect } = past;
  if (effect && !effect.created)
    return effect.changed ? [{ event: 'message_update', payload: updateBody(past, data, memory) }] : [];
  if (redaction) return [{ event: 'message', payload: tombstoneBody(data, redaction) }];
  memory.polls.remember(data.id, data.poll);
  return [{ event: 'message', payload: messageBody(data) }];
}

function updateBody(
  { redaction, effect }: PastEvent,
  data: EventDataByType['message.updated'],
  { polls }: Memory,
) {
  if (redaction) return tombstoneUpdate(data, effect?.revision);
  const poll = data.poll ? polls.remember(data.id, data.poll) : undefined;
  return messageUpdateBody({ ...data, ...(poll && { poll }) }, effect?.revision);
}

const deletedFact = ({ id, channelId, guildId }: EventDataByType['message.deleted']): WireFact => ({
  event: 'message_delete',
  payload: { id, channelId, serverId: guildId },
});

type PartEvent = Extract<
  RelayEvent,
  {
    type:
      'reaction.added' | 'reaction.removed' | 'reaction.cleared' | 'poll.vote_added' | 'poll.vote_removed';
  }
>;

function partFacts(event: PartEvent, { polls }: Memory): WireFact[] {
  const { messageId, channelId, guildId: serverId } = event.data;
  const place = { messageId, channelId, serverId };
  switch (event.type) {
    case 'reaction.added':
    case 'reaction.removed': {
      const { userId, burst, emoji } = event.data;
      const payload = { ...place, userId, emoji: { id: emoji.id, name: emoji.name }, burst };
      return [{ event: event.type === 'reaction.added' ? 'reaction_add' : 'reaction_remove', payload }];
    }
    case 'reaction.cleared': {
      const { emoji } = event.data;
      return [
        {
          event: 'reaction_clear',
          payload: { ...place, emoji: emoji && { id: emoji.id, name: emoji.name } },
        },
      ];
    }
    case 'poll.vote_added':
    case 'poll.vote_removed': {
      const poll = polls.vote(event.data, event.type === 'poll.vote_added');
      return poll ? [{ event: 'message_update', payload: { id: messageId, poll, channelId, serverId } }] : [];
    }
    default:
      return event satisfies never;
  }
}
