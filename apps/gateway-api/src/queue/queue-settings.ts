import { NO_QUEUE, type QueueSettings, type RestQueueSettings } from '@discord-relay/contracts';
import { QUEUE_SETTINGS, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying } from '../database/read-model.database.js';

const SETTINGS = select(QUEUE_SETTINGS, [
  'staff_role_ids',
  'channel_ids',
  'message_channel_ids',
  'solved_tag_ids',
  'solved_when_archived',
  'revision',
  'updated_by',
  'updated_at',
]);

const READ = `SELECT ${SETTINGS.list} FROM queue_settings WHERE guild_id = $1`;

const REVISION = select(QUEUE_SETTINGS, ['guild_id', 'revision']);
const REVISIONS = `SELECT ${REVISION.list} FROM queue_settings WHERE guild_id = ANY ($1::bigint[])`;

const WRITE = `
  INSERT INTO queue_settings (guild_id, staff_role_ids, channel_ids, message_channel_ids, solved_tag_ids,
                              solved_when_archived, revision, updated_by)
  VALUES ($1, $2, $3, $4, $5, $6, 1, $7)
  ON CONFLICT (guild_id) DO UPDATE SET
    staff_role_ids = excluded.staff_role_ids, channel_ids = excluded.channel_ids,
    message_channel_ids = excluded.message_channel_ids, solved_tag_ids = excluded.solved_tag_ids,
    solved_when_archived = excluded.solved_when_archived, revision = queue_settings.revision + 1,
    updated_by = excluded.updated_by, updated_at = now()
  RETURNING ${SETTINGS.list}`;

/** The settings of support queues. They are in schema `relay`, so a rebuild does not affect them. */
export class QueueSettingsStore {
  constructor(private readonly relay: Querying) {}

  /** Without a row: no channels, revision 0. @throws AppError `SERVICE.UNAVAILABLE` */
  async read(guildId: string): Promise<RestQueueSettings> {
    const [row] = await this.relay.rows<SettingsRow>({
      name: 'queue_settings',
      text: READ,
      values: [guildId],
    });
    return row ? toSettings(row) : { ...NO_QUEUE, revision: 0, updatedBy: null, updatedAt: null };
  }

  /** The revisions of these guilds' settings; guilds without settings are absent. @throws AppError `SERVICE.UNAVAILABLE` */
  async revisions(guildIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.relay.rows<SelectedRow<typeof REVISION>>({
      name: 'queue_revisions',
      text: REVISIONS,
      values: [guildIds],
    });
    return new Map(rows.map(({ guildId, revision }) => [guildId, revision]));
  }

  /** @throws AppError `SERVICE.UNAVAILABLE` */
  async write(guildId: string, settings: QueueSettings, updatedBy: string): Promise<RestQueueSettings> {
    const { staffRoleIds, channelIds, messageChannelIds, solvedTagIds, solvedWhenArchived } = settings;
    const lists = [staffRoleIds, channelIds, messageChannelIds, solvedTagIds].map((ids) => [...new Set(ids)]);
    const values = [guildId, ...lists, solvedWhenArchived, updatedBy];
    const [row] = await this.relay.rows<SettingsRow>({ name: 'queue_settings_write', text: WRITE, values });
    return toSettings(row!);
  }
}

type SettingsRow = SelectedRow<typeof SETTINGS>;

const toSettings = ({ updatedAt, ...row }: SettingsRow): RestQueueSettings => ({
  ...row,
  updatedAt: updatedAt.toISOString(),
});
