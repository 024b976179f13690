import type { RelayClient } from '@discord-relay/client';
import { PUBLIC_EVENT_TYPES, type WebhookEndpoint, type WebhookSecret } from '@discord-relay/contracts';
import { ADMIN_TEXTS } from '../../texts/admin-texts.js';
import type { ViewProps } from '../view-props.js';
import { CreateForm } from './create-form.js';
import { GuildSelect } from './guild-select.js';

const { webhooks: TEXTS } = ADMIN_TEXTS;

type Created = WebhookEndpoint & WebhookSecret;

export function NewWebhook({ client, directory, onCreated }: ViewProps & { onCreated: () => void }) {
  return (
    <CreateForm
      label={TEXTS.create}
      secretLabel={TEXTS.created}
      testId="new-webhook"
      create={async (form) => (await createWebhook(client, form)).secret}
      onCreated={onCreated}
    >
      <GuildSelect directory={directory} label={TEXTS.guild} />
      <label>
        {TEXTS.url}
        <input className="field" name="url" type="url" required maxLength={2_048} />
      </label>
      <label>
        {TEXTS.description}
        <input className="field" name="description" maxLength={200} />
      </label>
      <fieldset>
        <legend>{TEXTS.types}</legend>
        {PUBLIC_EVENT_TYPES.map((type) => (
          <label key={type} className="check">
            <input type="checkbox" name="types" value={type} />
            {type}
          </label>
        ))}
      </fieldset>
    </CreateForm>
  );
}

function createWebhook(client: RelayClient, form: FormData): Promise<Created> {
  const types = form.getAll('types').map(String);
  return client.send<Created>('POST', '/api/v1/webhooks', {
    guildId: String(form.get('guildId')),
    url: String(form.get('url')),
    description: String(form.get('description') ?? ''),
    types: types.length > 0 ? types : null,
  });
}
