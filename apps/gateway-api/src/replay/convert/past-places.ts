import {
  channelTypeOf,
  type EventDataByType,
  isRoom,
  type RelayEvent,
  type Snowflake,
  type WireChannel,
  type WireFact,
} from '@discord-relay/contracts';

/** Maximum number of channels and threads that a replay remembers; the ones that were not seen for longest are forgotten. */
const MAX_PLACES = 5_000;

type Description = Partial<EventDataByType['thread.updated'] & EventDataByType['room.updated']> & {
  id: Snowflake;
  guildId: Snowflake;
};

/** The channels of a replay as they were at its time, and what happened in rooms. */
export class PastPlaces {
  private readonly places = new Map<Snowflake, WireChannel>();

  /** Forgets everything, and begins with these channels. */
  reset(channels: readonly WireChannel[]): void {
    this.places.clear();
    for (const channel of channels) this.keep(channel);
  }

  factsOf(event: RelayEvent): WireFact[] {
    switch (event.type) {
      case 'channel.created':
      case 'channel.updated':
      case 'channel.synced':
      case 'thread.created':
      case 'thread.updated':
      case 'thread.synced':
      case 'room.updated':
      case 'room.synced':
        return this.described(event.data);
      case 'room.created':
        return [...this.described(event.data), ...this.roomCreated(event.data)];
      case 'channel.deleted':
      case 'thread.deleted':
        return this.deleted(event.data.id);
      case 'room.deleted':
        return [...this.deleted(event.data.id), roomDeleted(event.data)];
      case 'voice.joined':
        return [joined(event.data)];
      case 'voice.moved':
        return [...left(event.data), joined(event.data)];
      case 'voice.left':
        return left(event.data);
      default:
        return [];
    }
  }

  /** A description may be partial. A channel whose name or type was never seen cannot be shown. */
  private described(description: Description): WireFact[] {
    const before = this.places.get(description.id);
    const channel = channelAfter(before, description);
    if (!channel || (before && isSame(before, channel))) return [];
    this.keep(channel);
    return [{ event: 'channel_update', payload: { ...channel, deleted: false } }];
  }

  private roomCreated({ id, userLimit }: Description): WireFact[] {
    const room = this.places.get(id);
    if (!room || !isRoom(room.discordType)) return [];
    const { serverId: guildId, name, parentId } = room;
    const parent = parentId === undefined ? {} : { parentId };
    const payload = { guildId, channelId: id, name, ...parent, userLimit: userLimit ?? 0 };
    return [{ event: 'room_created', payload }];
  }

  private deleted(id: Snowflake): WireFact[] {
    const channel = this.places.get(id);
    if (!channel) return [];
    this.places.delete(id);
    return [{ event: 'channel_update', payload: { ...channel, deleted: true } }];
  }

  private keep(channel: WireChannel): void {
    this.places.delete(channel.id);
    this.places.set(channel.id, channel);
    if (this.places.size > MAX_PLACES) this.places.delete(this.places.keys().next().value!);
  }
}

function channelAfter(before: WireChannel | undefined, description: Description): WireChannel | undefined {
  const discordType = description.channelType ?? before?.discordType;
  const name = description.name ?? before?.name;
  if (discordType === undefined || name === undefined) return undefined;
  const parentId = description.parentId === undefined ? before?.parentId : description.parentId;
  const archived = description.archived ?? before?.archived;
  return {
    id: description.id,
    name,
    type: channelTypeOf(discordType),
    discordType,
    serverId: description.guildId,
    ...(parentId && { parentId }),
    ...(archived !== undefined && { archived }),
  };
}

const isSame = (a: WireChannel, b: WireChannel): boolean =>
  a.name === b.name &&
  a.discordType === b.discordType &&
  a.parentId === b.parentId &&
  a.archived === b.archived;

const roomDeleted = ({ id: channelId, guildId }: EventDataByType['room.deleted']): WireFact => ({
  event: 'room_deleted',
  payload: { guildId, channelId },
});

const joined = (data: EventDataByType['voice.joined']): WireFact => {
  const { guildId, channelId, userId, username, avatar } = data;
  return { event: 'voice_joined', payload: { guildId, channelId, userId, username, avatar } };
};

/** If the room that the user left is not known, no client was informed that they were in it. */
function left(data: { guildId: Snowflake; fromChannelId: Snowflake | null; userId: Snowflake }): WireFact[] {
  const { guildId, fromChannelId, userId } = data;
  if (fromChannelId === null) return [];
  return [{ event: 'voice_left', payload: { guildId, channelId: null, userId } }];
}
