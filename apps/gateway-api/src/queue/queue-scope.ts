import {
  type AccessChange,
  type Change,
  isGuildEvent,
  type QueueSettings,
  type Snowflake,
} from '@discord-relay/contracts';

/** The part of an evaluated queue that decides which items a change affects. */
export interface QueueScope {
  settings: QueueSettings;
  staff: ReadonlySet<Snowflake>;
  /** Keyed by thread or text channel. */
  items: { has(channelId: Snowflake): boolean };
}

/** Threads and text channels to evaluate again; `all`: everything. */
export type Touched = ReadonlySet<Snowflake> | 'all';

const NOTHING: ReadonlySet<Snowflake> = new Set();

/**
 * What to evaluate again after a change. A message in a thread that is not in the queue yet affects nothing, because the
 * change that describes the thread adds it.
 */
export function touchedBy(change: Change, scope: QueueScope): Touched {
  if (isGuildEvent(change)) return NOTHING;
  switch (change.kind) {
    case 'message':
    case 'message_update':
    case 'message_delete':
      return only(change.body.channelId, isKnown(change.body.channelId, scope));
    case 'channel_update': {
      const { id, parentId, access } = change.body;
      if (isWhole(id, scope) || changesStaff(access, scope)) return 'all';
      const isOfQueue = parentId !== undefined && scope.settings.channelIds.includes(parentId);
      return only(id, isOfQueue || isKnown(id, scope));
    }
    case 'access':
      return changesStaff(change.body.access, scope) ? 'all' : NOTHING;
    case 'reaction_add':
    case 'reaction_remove':
    case 'reaction_clear':
    case 'voice_joined':
    case 'voice_moved':
    case 'voice_left':
      return NOTHING;
    // Kinds that do not affect the queue, and kinds of newer versions.
    default:
      return 'all';
  }
}

/** The union of {@link touchedBy} over all changes. */
export function touchedByAll(changes: readonly Change[], scope: QueueScope): Touched {
  const all = new Set<Snowflake>();
  for (const change of changes) {
    const touched = touchedBy(change, scope);
    if (touched === 'all') return 'all';
    for (const id of touched) all.add(id);
  }
  return all;
}

const only = (id: Snowflake, isTouched: boolean): Touched => (isTouched ? new Set([id]) : NOTHING);

const isKnown = (id: Snowflake, { items, settings }: QueueScope): boolean =>
  items.has(id) || settings.messageChannelIds.includes(id);

const isWhole = (id: Snowflake, { settings }: QueueScope): boolean =>
  settings.channelIds.includes(id) || settings.messageChannelIds.includes(id);

function changesStaff(
  changes: readonly AccessChange[] | undefined,
  { settings, staff }: QueueScope,
): boolean {
  return (changes ?? []).some((change) => {
    if (change.of === 'role') return settings.staffRoleIds.includes(change.roleId);
    if (change.of !== 'member') return false;
    const seesAllChannels =
      !change.left && (change.roleIds ?? []).some((id) => settings.staffRoleIds.includes(id));
    return seesAllChannels !== staff.has(change.userId);
  });
}
