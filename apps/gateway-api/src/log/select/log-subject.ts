import { type EventType, isEventType } from '@discord-relay/contracts';

/** What the subject of an event says: `discord.<partition>.<guild>.<channel>.<type>`. */
export interface LogSubject {
  readonly partition: number;
  readonly guildId: string;
  /** null: it belongs to no channel. */
  readonly channelId: string | null;
  /** undefined: this version does not know it. */
  readonly type: EventType | undefined;
}

export function parseLogSubject(subject: string): LogSubject {
  const [, partition, guildId, channelId, group, action] = subject.split('.');
  const type = `${group}.${action}`;
  return {
    partition: Number(partition),
    guildId: guildId!,
    channelId: channelId === '-' ? null : channelId!,
    type: isEventType(type) ? type : undefined,
  };
}
