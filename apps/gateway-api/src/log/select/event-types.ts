import { EVENT_VERSIONS, type EventType, isEphemeral } from '@discord-relay/contracts';

/**
 * The types that the event stream serves: those of the log, except `discord.raw`, whose payload may hold content that a redaction
 * cannot find.
 */
export const LOGGED_TYPES: readonly EventType[] = (Object.keys(EVENT_VERSIONS) as EventType[]).filter(
  (type) => !isEphemeral(type) && type !== 'discord.raw',
);

/** What happens to messages: a user who may read the history of a channel may read these events of it. */
const MESSAGE_GROUPS: ReadonlySet<string> = new Set(['message', 'reaction', 'poll']);
export const MESSAGE_TYPES: readonly EventType[] = LOGGED_TYPES.filter((type) =>
  MESSAGE_GROUPS.has(groupOf(type)),
);

/** Sent whatever types are selected, so that a gap is never left out. */
export const GAP_TYPES: readonly EventType[] = LOGGED_TYPES.filter((type) => groupOf(type) === 'gap');

const PATTERN = /^(\*|(\*|[a-z_]+)\.(\*|[a-z_]+))$/;

/** The types that a pattern matches, such as `message.created`, `message.*`, `*.deleted` or `*`; empty: it matches none. */
export function typesMatching(pattern: string): EventType[] {
  if (!PATTERN.test(pattern)) return [];
  const [group, action = '*'] = pattern.split('.');
  return LOGGED_TYPES.filter((type) => {
    const [ofGroup, ofAction] = type.split('.');
    return (group === '*' || group === ofGroup) && (action === '*' || action === ofAction);
  });
}

/** The fewest subject tokens, which do not overlap, that match these types; `*.*` also matches `discord.raw`. */
export function tokensOf(types: ReadonlySet<EventType>): string[] {
  if (types.size === LOGGED_TYPES.length) return ['*.*'];
  const groups = new Set([...types].map(groupOf));
  return [...groups].flatMap((group) => {
    const all = LOGGED_TYPES.filter((type) => groupOf(type) === group);
    const selected = all.filter((type) => types.has(type));
    return selected.length === all.length ? [`${group}.*`] : selected;
  });
}

function groupOf(type: EventType): string {
  return type.slice(0, type.indexOf('.'));
}
