import { useState } from 'react';
import type { RelayClient } from '@discord-relay/client';
import type { ServiceToken } from '@discord-relay/contracts';
import { ADMIN_TEXTS } from '../../texts/admin-texts.js';
import { ConfirmButton } from './confirm-button.js';
import { OneTimeSecret } from './one-time-secret.js';
import { createToken, revokeToken } from './token-requests.js';
import { useAction } from './use-action.js';

const { tokens: TEXTS } = ADMIN_TEXTS;

interface TokenActionsProps {
  client: RelayClient;
  token: ServiceToken;
  onChange: () => void;
}

/** Rotation creates a token with the same rights; the old one works until it is revoked, so that programs can change over. */
export function TokenActions({ client, token, onChange }: TokenActionsProps) {
  const [secret, setSecret] = useState<string | null>(null);
  const { status, run } = useAction();
  const revoke = () => run(revokeToken(client, token.id), onChange);
  const rotate = () =>
    run(createToken(client, successorOf(token)), (created) => {
      setSecret(created.token);
      onChange();
    });
  return (
    <div className="row-actions">
      <ConfirmButton label={TEXTS.rotate} question={TEXTS.reallyRotate(token.name)} onConfirm={rotate} />
      <ConfirmButton label={TEXTS.revoke} question={TEXTS.reallyRevoke(token.name)} onConfirm={revoke} />
      <p role="status">{status}</p>
      {secret !== null && <OneTimeSecret label={TEXTS.rotated} secret={secret} />}
    </div>
  );
}

/** Valid for as long as the token was when it was created. */
function successorOf({ name, role, guilds, createdAt, expiresAt }: ServiceToken) {
  const expiresInS = Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / 1_000);
  return { name, role, expiresInS, ...(guilds && { guilds }) };
}
