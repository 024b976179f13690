import { SERVICE_TOKEN_ROLES, type ServiceToken } from '@discord-relay/contracts';
import { useRest } from '../../relay/use-rest.js';
import { ADMIN_TEXTS } from '../../texts/admin-texts.js';
import { fullTime } from '../../ui/times.js';
import { wallClockMs } from '../../ui/wall-clock.js';
import type { ViewProps } from '../view-props.js';
import { CreateForm } from './create-form.js';
import { FactsTable } from '../facts-table.js';
import { GuildSelect, guildName } from './guild-select.js';
import { Section } from './section.js';
import { TokenActions } from './token-actions.js';
import { createToken, TOKENS_PATH } from './token-requests.js';

const { tokens: TEXTS } = ADMIN_TEXTS;
const DAY_S = 86_400;

/** Tokens for programs: listed, created, rotated and revoked. */
export function TokensPanel({ client, directory }: ViewProps) {
  const [state, again] = useRest<ServiceToken[]>(client, TOKENS_PATH);
  const guildsOf = ({ guilds }: ServiceToken) =>
    guilds === null ? TEXTS.all : guilds.map((id) => guildName(directory, id)).join(', ');
  return (
    <Section title={TEXTS.title} testId="tokens" state={state}>
      {(tokens) => (
        <>
          <FactsTable
            label={TEXTS.title}
            columns={Object.values(TEXTS.columns)}
            keys={tokens.map(({ id }) => id)}
            rows={tokens.map((token) => [
              token.name,
              token.role,
              guildsOf(token),
              fullTime(token.expiresAt),
              endOf(token) ?? <TokenActions key={token.id} client={client} token={token} onChange={again} />,
            ])}
          />
          <NewToken client={client} directory={directory} onCreated={again} />
        </>
      )}
    </Section>
  );
}

function endOf({ revokedAt, expiresAt }: ServiceToken): string | null {
  if (revokedAt !== null) return TEXTS.revoked;
  return Date.parse(expiresAt) <= wallClockMs() ? TEXTS.expired : null;
}

function NewToken({ client, directory, onCreated }: ViewProps & { onCreated: () => void }) {
  return (
    <CreateForm
      label={TEXTS.create}
      secretLabel={TEXTS.created}
      testId="new-token"
      create={async (form) => (await createToken(client, tokenOf(form))).token}
      onCreated={onCreated}
    >
      <label>
        {TEXTS.name}
        <input className="field" name="name" required maxLength={100} />
      </label>
      <label>
        {TEXTS.role}
        <select className="field" name="role" defaultValue="analyst">
          {SERVICE_TOKEN_ROLES.map((role) => (
            <option key={role}>{role}</option>
          ))}
        </select>
      </label>
      <GuildSelect directory={directory} label={TEXTS.guild} all={TEXTS.allGuilds} />
      <label>
        {TEXTS.days}
        <input className="field" name="days" type="number" min={1} max={366} defaultValue={90} required />
      </label>
    </CreateForm>
  );
}

function tokenOf(form: FormData): Parameters<typeof createToken>[1] {
  const guild = String(form.get('guildId') ?? '');
  const role = SERVICE_TOKEN_ROLES.find((each) => each === form.get('role')) ?? 'analyst';
  return {
    ...{ name: String(form.get('name')), role, expiresInS: Number(form.get('days')) * DAY_S },
    ...(guild !== '' && { guilds: [guild] }),
  };
}
