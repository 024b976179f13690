import type { RelayEvent } from '@discord-relay/contracts';
import { gapFields } from './fold-gap.js';
import { foldMember, foldRole, foldVoice } from './fold-people.js';
import { foldChannel, foldGuild, foldThread } from './fold-place.js';
import { foldReaction } from './fold-reaction.js';
import { foldMessage, foldVote } from './fold-message.js';
import { isOf } from './is-of.js';
import { hourOf, iso } from './iso.js';
import { hasNoRows } from './no-rows-yet.js';
import type { RowChange } from './row-change.js';

/**
 * What an event asks of the rows. Plain: no clock, no I/O.
 * @throws TypeError or RangeError when `data` is not what its type says
 */
export function fold(event: RelayEvent): RowChange[] {
  const { time, receivedat, guildid: guildId } = event;
  const at = iso(time);
  const changes = rowsOf(event, at);
  if (changes.length === 0) return changes;
  const hour = hourOf(receivedat === time ? at : iso(receivedat));
  return changes.concat({ op: 'mark_position', guildId, hour });
}

function rowsOf(event: RelayEvent, at: string): RowChange[] {
  if (hasNoRows(event)) return [];
  if (isOf(event, 'message')) return foldMessage(event, at);
  if (isOf(event, 'reaction')) return foldReaction(event, at);
  if (isOf(event, 'poll')) return foldVote(event);
  if (isOf(event, 'voice')) return foldVoice(event, at);
  if (isOf(event, 'member')) return foldMember(event, at);
  if (isOf(event, 'role')) return foldRole(event, at);
  if (isOf(event, 'thread')) return foldThread(event, at);
  if (isOf(event, 'channel') || isOf(event, 'room')) return foldChannel(event, at);
  if (isOf(event, 'guild')) return foldGuild(event, at);
  if (isOf(event, 'gap')) return [{ op: 'describe_gap', gap: gapFields(event, at) }];
  return event satisfies never;
}
