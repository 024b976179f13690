import {
  isSnowflake,
  SERVICE_TOKEN_MAX_LIFE_S,
  SERVICE_TOKEN_ROLES,
  type ServiceToken,
  type ServiceTokenRole,
} from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CliConfig } from '../config.js';
import { ttlUpTo } from '../format/duration.js';
import { requestGateway } from '../services/gateway-request.js';
import type { Output } from '../format/output.js';
import { formatTable } from '../format/table.js';

const PATH = '/api/v1/tokens';
const DAY_S = 86_400;
const DEFAULT_TTL_S = 90 * DAY_S;
const MAX_TTL_DAYS = SERVICE_TOKEN_MAX_LIFE_S / DAY_S;

interface CreateOptions {
  name: string;
  role: ServiceTokenRole;
  ttl: number;
  guild: string[];
}

/** `relay tokens …`: creates, lists and revokes tokens for programs. */
export function addTokensCommands(program: Command, config: () => CliConfig, output: Output): void {
  const tokens = program.command('tokens').description('Tokens for programs, which can be revoked');
  addCreate(tokens, config, output);
  tokens
    .command('list')
    .description('print all tokens, valid or not, without their secrets')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const list = await requestGateway<ServiceToken[]>(config(), { method: 'GET', path: PATH });
      output.out(json ? JSON.stringify(list, null, 2) : formatTokens(list, wallClockMs()));
    });
  tokens
    .command('revoke')
    .description('revoke a token and close the connections that use it')
    .argument('<id>', 'id of the token, as `list` shows it')
    .action(async (id: string) => {
      await requestGateway(config(), { method: 'DELETE', path: `${PATH}/${encodeURIComponent(id)}` });
      output.out(`${id} is revoked`);
    });
}

function addCreate(tokens: Command, config: () => CliConfig, output: Output): void {
  tokens
    .command('create')
    .description('create a token and print only the token; it cannot be shown again')
    .requiredOption(
      '--name <name>',
      'what the token is for; the audit log records its actions under this name',
    )
    .addOption(
      new Option('--role <role>', 'role of the token').choices(SERVICE_TOKEN_ROLES).makeOptionMandatory(),
    )
    .option(
      '--ttl <duration>',
      `how long the token is valid: 1h, 30d; at most ${MAX_TTL_DAYS}d`,
      ttlUpTo(MAX_TTL_DAYS),
      DEFAULT_TTL_S,
    )
    .option('--guild <id>', 'limit the token to a guild; can be repeated', guildId, [])
    .action(async ({ name, role, ttl, guild }: CreateOptions) => {
      const body = { name, role, expiresInS: ttl, ...(guild.length > 0 && { guilds: guild }) };
      const request = { method: 'POST', path: PATH, body } as const;
      output.out((await requestGateway<ServiceToken & { token: string }>(config(), request)).token);
    });
}

export function guildId(text: string, earlier: readonly string[]): string[] {
  if (!isSnowflake(text)) throw new InvalidArgumentError('Use a Discord id: digits only.');
  return [...earlier, text];
}

/** One line per token, oldest first. */
export function formatTokens(list: ServiceToken[], nowMs: number): string {
  if (list.length === 0) return 'there are no tokens';
  const rows = list.map((each) => [
    each.id,
    each.name,
    each.role,
    each.guilds?.join(' ') ?? 'all',
    each.createdBy,
    each.expiresAt,
    stateOf(each, nowMs),
  ]);
  return formatTable(['ID', 'NAME', 'ROLE', 'GUILDS', 'MADE BY', 'EXPIRES', 'STATE'], rows);
}

function stateOf({ expiresAt, revokedAt }: ServiceToken, nowMs: number): string {
  if (revokedAt !== null) return `revoked ${revokedAt}`;
  return Date.parse(expiresAt) <= nowMs ? 'expired' : 'valid';
}
