import { isSnowflake, type QueueSettings, type Snowflake } from '@discord-relay/contracts';

/** The settings in a form. A value that is not an id is ignored. */
export function settingsIn(form: FormData): QueueSettings {
  const chosen = (name: keyof QueueSettings): Snowflake[] => form.getAll(name).filter(isSnowflake);
  return {
    staffRoleIds: chosen('staffRoleIds'),
    channelIds: chosen('channelIds'),
    messageChannelIds: chosen('messageChannelIds'),
    solvedTagIds: chosen('solvedTagIds'),
    solvedWhenArchived: form.get('solvedWhenArchived') !== null,
  };
}
