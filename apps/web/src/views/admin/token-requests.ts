import type { RelayClient } from '@discord-relay/client';
import type { ServiceToken } from '@discord-relay/contracts';

export const TOKENS_PATH = '/api/v1/tokens';

/** A created token; the service does not show `token` again. */
type Created = ServiceToken & { token: string };

export interface NewToken extends Pick<ServiceToken, 'name' | 'role'> {
  expiresInS: number;
  /** Absent: all. */
  guilds?: ServiceToken['guilds'];
}

export const createToken = (client: RelayClient, token: NewToken): Promise<Created> =>
  client.send<Created>('POST', TOKENS_PATH, { ...token });

export const revokeToken = (client: RelayClient, id: string): Promise<void> =>
  client.send<void>('DELETE', `${TOKENS_PATH}/${id}`);
