import { type FormEvent, useState } from 'react';
import type { RelayClient } from '@discord-relay/client';
import type { QueueSettings, RestQueueSettings, RestRole } from '@discord-relay/contracts';
import { channelKind } from '../../channels/channel-kind.js';
import { asRelayError } from '../../relay/as-relay-error.js';
import { useRest } from '../../relay/use-rest.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { asSentence } from '../../ui/as-sentence.js';
import type { GuildViewProps } from '../view-props.js';
import { CheckList } from './check-list.js';
import { settingsIn } from './settings-in.js';

const { queue: TEXTS } = VIEW_TEXTS;

/** The settings of the queue, for admins. */
export function QueueSettingsPanel({ client, directory, guildId }: GuildViewProps) {
  const path = `/api/v1/guilds/${guildId}/queue/settings`;
  const [settings, again] = useRest<RestQueueSettings>(client, path);
  const [found] = useRest<RestRole[]>(client, `/api/v1/guilds/${guildId}/roles`);
  const { status, save } = useSave(client, path, again);
  const roles = found.phase === 'ready' ? found.data.filter(({ id }) => id !== guildId) : [];
  const channels = directory.channels.filter(({ serverId }) => serverId === guildId);
  const ofKinds = (...kinds: string[]) => channels.filter(({ type }) => kinds.includes(channelKind(type)));
  return (
    <details className="queue-settings" data-testid="queue-settings">
      <summary>{TEXTS.settings.title}</summary>
      {settings.phase === 'ready' && (
        <form key={settings.data.revision} onSubmit={save}>
          <CheckList name="staffRoleIds" items={roles} settings={settings.data} />
          <CheckList
            name="channelIds"
            items={ofKinds('forum', 'text', 'announcement')}
            settings={settings.data}
          />
          <CheckList name="messageChannelIds" items={ofKinds('text')} settings={settings.data} />
          <Solved settings={settings.data} />
          <button type="submit" className="button button-primary">
            {TEXTS.settings.save}
          </button>
        </form>
      )}
      <p role="status">{status}</p>
      {settings.phase === 'failed' && <p role="alert">{asSentence(settings.error.message)}</p>}
    </details>
  );
}

function Solved({ settings }: { settings: QueueSettings }) {
  return (
    <fieldset>
      <legend>{TEXTS.settings.solved}</legend>
      <label className="check">
        <input type="checkbox" name="solvedWhenArchived" defaultChecked={settings.solvedWhenArchived} />
        {TEXTS.settings.solvedWhenArchived}
      </label>
      <label className="view-filter">
        {TEXTS.settings.solvedTagIds}
        <input
          className="field"
          name="solvedTagIds"
          pattern="[\d\s,]*"
          defaultValue={settings.solvedTagIds.join(' ')}
        />
      </label>
    </fieldset>
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
