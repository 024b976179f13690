import { type FormEvent, useState } from 'react';
import type { RelayClient } from '@discord-relay/client';
import type {
  QueueSettings,
  RestChannel,
  RestQueueSettings,
  RestRole,
  WireChannel,
} from '@discord-relay/contracts';
import { channelKind } from '../../channels/channel-kind.js';
import { asRelayError } from '../../relay/as-relay-error.js';
import { useRest } from '../../relay/use-rest.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { asSentence } from '../../ui/as-sentence.js';
import type { GuildViewProps } from '../view-props.js';
import { CheckList } from './check-list.js';
import { settingsIn } from './settings-in.js';
import { SolvedFields } from './solved-fields.js';

const { queue: TEXTS } = VIEW_TEXTS;

/** The settings of the queue, for admins. Opening it reads the channels and their tags again. */
export function QueueSettingsPanel({ client, directory, guildId }: GuildViewProps) {
  const path = `/api/v1/guilds/${guildId}/queue/settings`;
  const [settings, again] = useRest<RestQueueSettings>(client, path);
  const [roles] = useRest<RestRole[]>(client, `/api/v1/guilds/${guildId}/roles`);
  const [channels, readChannels] = useRest<RestChannel[]>(client, `/api/v1/guilds/${guildId}/channels`);
  const { status, save } = useSave(client, path, again);
  return (
    <details
      className="queue-settings"
      data-testid="queue-settings"
      onToggle={({ currentTarget }) => currentTarget.open && readChannels()}
    >
      <summary>{TEXTS.settings.title}</summary>
      {settings.phase === 'ready' && channels.phase === 'ready' && (
        <SettingsForm
          key={settings.data.revision}
          settings={settings.data}
          roles={roles.phase === 'ready' ? roles.data.filter(({ id }) => id !== guildId) : []}
          places={directory.channels.filter(({ serverId }) => serverId === guildId)}
          channels={channels.data}
          onSubmit={save}
        />
      )}
      <p role="status">{status}</p>
      {[settings, channels].map(
        (state, index) =>
          state.phase === 'failed' && (
            <p key={index} role="alert">
              {asSentence(state.error.message)}
            </p>
          ),
      )}
    </details>
  );
}

interface SettingsFormProps {
  settings: QueueSettings;
  roles: readonly RestRole[];
  /** The channels of the guild, live. */
  places: readonly WireChannel[];
  /** The channels of the guild, with their tags. */
  channels: readonly RestChannel[];
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
}

function SettingsForm({ settings, roles, places, channels, onSubmit }: SettingsFormProps) {
  const [selected, setSelected] = useState(settings.channelIds);
  const ofKinds = (...kinds: string[]) => places.filter(({ type }) => kinds.includes(channelKind(type)));
  const updateSelected = ({ currentTarget }: FormEvent<HTMLFormElement>) =>
    setSelected(settingsIn(new FormData(currentTarget)).channelIds);
  return (
    <form onSubmit={onSubmit} onChange={updateSelected}>
      <CheckList name="staffRoleIds" items={roles} settings={settings} />
      <CheckList name="channelIds" items={ofKinds('forum', 'text', 'announcement')} settings={settings} />
      <CheckList name="messageChannelIds" items={ofKinds('text')} settings={settings} />
      <SolvedFields channels={channels} settings={settings} selected={selected} />
      <button type="submit" className="button button-primary">
        {TEXTS.settings.save}
      </button>
    </form>
  );
}

function useSave(client: RelayClient, path: string, again: () => void) {
  const [status, setStatus] = useState('');
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setStatus(TEXTS.settings.saving);
    client.send<RestQueueSettings>('PUT', path, settingsIn(new FormData(event.currentTarget))).then(
      () => {
        setStatus(TEXTS.settings.saved);
        again();
      },
      (cause: unknown) => setStatus(asSentence(asRelayError(cause).message)),
    );
  };
  return { status, save };
}
