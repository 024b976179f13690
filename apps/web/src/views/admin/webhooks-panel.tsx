import type { WebhookEndpoint } from '@discord-relay/contracts';
import { useRest } from '../../relay/use-rest.js';
import { ADMIN_TEXTS } from '../../texts/admin-texts.js';
import { fullTime } from '../../ui/times.js';
import type { ViewProps } from '../view-props.js';
import { FactsTable } from '../facts-table.js';
import { guildName } from './guild-select.js';
import { NewWebhook } from './new-webhook.js';
import { Section } from './section.js';
import { WebhookActions } from './webhook-actions.js';

const { webhooks: TEXTS } = ADMIN_TEXTS;

/** Webhook endpoints: listed, created, tested, disabled and removed; their secrets are rotated. */
export function WebhooksPanel({ client, directory }: ViewProps) {
  const [state, again] = useRest<WebhookEndpoint[]>(client, '/api/v1/webhooks');
  return (
    <Section title={TEXTS.title} testId="webhooks" state={state}>
      {(endpoints) => (
        <>
          <FactsTable
            label={TEXTS.title}
            columns={Object.values(TEXTS.columns)}
            keys={endpoints.map(({ id }) => id)}
            rows={endpoints.map((endpoint) => [
              endpoint.description === '' ? endpoint.url : `${endpoint.description}: ${endpoint.url}`,
              guildName(directory, endpoint.guildId),
              endpoint.types?.join(', ') ?? TEXTS.allTypes,
              stateOf(endpoint),
              <WebhookActions key={endpoint.id} client={client} endpoint={endpoint} onChange={again} />,
            ])}
          />
          <NewWebhook client={client} directory={directory} onCreated={again} />
        </>
      )}
    </Section>
  );
}

function stateOf({ enabled, disabledReason, failingSince, lastError }: WebhookEndpoint): string {
  if (!enabled) return TEXTS.states[disabledReason ?? 'admin'];
  if (failingSince === null) return TEXTS.states.enabled;
  return TEXTS.failingSince(fullTime(failingSince), lastError ?? ADMIN_TEXTS.system.unknown);
}
