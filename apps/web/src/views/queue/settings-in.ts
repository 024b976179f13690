import { isSnowflake, type QueueSettings, type Snowflake } from '@discord-relay/contracts';

/** The settings in a form. Text that is not an id is ignored. */
export function settingsIn(form: FormData): QueueSettings {
  const chosen = (name: keyof QueueSettings): Snowflake[] => form.getAll(name).filter(isSnowflake);
  const tags = String(form.get('solvedTagIds') ?? '').split(/[\s,]+/);
  return {
    staffRoleIds: chosen('staffRoleIds'),
    channelIds: chosen('channelIds'),
    messageChannelIds: chosen('messageChannelIds'),
    solvedTagIds: [...new Set(tags.filter(isSnowflake))],
    solvedWhenArchived: form.get('solvedWhenArchived') !== null,
  };
}
