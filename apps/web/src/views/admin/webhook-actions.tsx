import { useState } from 'react';
import type { RelayClient } from '@discord-relay/client';
import type { WebhookAttempt, WebhookEndpoint, WebhookSecret } from '@discord-relay/contracts';
import { ADMIN_TEXTS } from '../../texts/admin-texts.js';
import { ConfirmButton } from './confirm-button.js';
import { OneTimeSecret } from './one-time-secret.js';
import { useAction } from './use-action.js';

const { webhooks: TEXTS } = ADMIN_TEXTS;

interface WebhookActionsProps {
  client: RelayClient;
  endpoint: WebhookEndpoint;
  onChange: () => void;
}

export function WebhookActions({ client, endpoint, onChange }: WebhookActionsProps) {
  const { id, enabled, url } = endpoint;
  const path = `/api/v1/webhooks/${id}`;
  const [secret, setSecret] = useState<string | null>(null);
  const { status, run } = useAction();
  const toggle = () => run(client.send('PATCH', path, { enabled: !enabled }), onChange);
  const test = () => run(client.send<WebhookAttempt>('POST', `${path}/test`), outcomeOf);
  const rotate = () =>
    run(client.send<WebhookSecret>('POST', `${path}/rotate-secret`, {}), (rotated) =>
      setSecret(rotated.secret),
    );
  const remove = () => run(client.send('DELETE', path), onChange);
  return (
    <div className="row-actions" data-testid={`webhook-${id}`}>
      <button type="button" className="button button-quiet" onClick={toggle}>
        {enabled ? TEXTS.disable : TEXTS.enable}
      </button>
      <button type="button" className="button button-quiet" onClick={test}>
        {TEXTS.test}
      </button>
      <ConfirmButton label={TEXTS.rotate} question={TEXTS.reallyRotate} onConfirm={rotate} />
      <ConfirmButton label={TEXTS.remove} question={TEXTS.reallyRemove(url)} onConfirm={remove} />
      <p role="status">{status}</p>
      {secret !== null && <OneTimeSecret label={TEXTS.rotated} secret={secret} />}
    </div>
  );
}

const outcomeOf = ({ delivered, error, status }: WebhookAttempt): string =>
  delivered ? TEXTS.tested : TEXTS.testFailed(error ?? `HTTP status ${status}`);
