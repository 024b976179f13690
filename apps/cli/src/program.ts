import { isSnowflake, type Role, ROLES } from '@discord-relay/contracts';
import { ConfigError } from '@discord-relay/platform';
import { Command, Option } from 'commander';
import { addAuditCommand } from './commands/audit.js';
import type { CliConfig } from './config.js';
import { allReady, formatStatus } from './format/format-status.js';
import { addExportCommand } from './commands/export.js';
import { addExportsCommands } from './commands/exports.js';
import { addHistoryCommands } from './commands/history.js';
import { addImportCommand } from './commands/import.js';
import { addMcpCommand } from './commands/mcp.js';
import type { Output } from './format/output.js';
import { addParkedCommands } from './commands/parked.js';
import { addPauseCommands, addProjectionCommands } from './commands/projections.js';
import { addShardCommands } from './commands/shards.js';
import { addStatisticsCommands } from './commands/statistics.js';
import { requestStatus } from './services/status.js';
import { signToken } from './services/sign-token.js';
import { addTokensCommands, guildId } from './commands/tokens.js';
import { duration, ttlUpTo } from './format/duration.js';
import { addEventsCommands } from './commands/events.js';
import { escapeControlsInLines } from './format/escape-controls.js';
import { addQueueCommands } from './commands/queue.js';
import { addWebhooksCommands } from './commands/webhooks.js';

const OPERATOR = 'operator';

/** A token that the CLI signs cannot be revoked. */
const MAX_TTL_DAYS = 30;
const tokenTtl = ttlUpTo(
  MAX_TTL_DAYS,
  'it cannot be revoked; `relay tokens create` makes tokens that can be, and are valid for longer',
);

/** Builds the commands of `relay`. A command reads the configuration only when it needs it, so `--help` always works. */
export function buildProgram(config: () => CliConfig, terminal: Output): Command {
  const output = { ...terminal, out: (text: string) => terminal.out(escapeControlsInLines(text)) };
  const program = new Command('relay').description('Operate and query a discord-relay system.');
  const token = program.command('token').description('Short-lived tokens for people, signed by this program');
  token
    .command('create')
    .description('sign a token and print only the token')
    .addOption(new Option('--role <role>', 'role of the token').choices(ROLES).makeOptionMandatory())
    .option(
      '--user <id>',
      'user of the token; for a viewer: the Discord user id whose rights apply',
      OPERATOR,
    )
    .option('--ttl <duration>', 'how long the token is valid: 90s, 15m, 1h; at most 30d', tokenTtl, 3_600)
    .option('--guild <id>', 'limit the token to a guild; can be repeated', guildId, [])
    .action(async (options: { role: Role; user: string; ttl: number; guild: string[] }) => {
      const { JWT_SECRET: secret, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = config();
      if (!secret) throw new ConfigError(['JWT_SECRET: missing; set it, or start the local stack once']);
      const { role, user, ttl: ttlSeconds, guild: guilds } = options;
      checkUser(role, user);
      output.out(await signToken({ secret, issuer, audience, role, user, ttlSeconds, guilds }));
    });
  program
    .command('status')
    .description('print the state of every service; exit code 1 unless all are ready and report no problem')
    .option('--json', 'print the full reports as JSON')
    .option('--wait <duration>', 'how long to wait for answers', duration, 2)
    .action(async (options: { json?: boolean; wait: number }) => {
      const statuses = await requestStatus(config(), options.wait * 1_000);
      output.out(options.json ? JSON.stringify(statuses, null, 2) : formatStatus(statuses));
      if (!allReady(statuses)) output.fail();
    });
  addProjectionCommands(program, config, output);
  addPauseCommands(program, config, output);
  addShardCommands(program, config, output);
  addParkedCommands(program, config, output);
  addTokensCommands(program, config, output);
  addAuditCommand(program, config, output);
  addStatisticsCommands(program, config, output);
  addHistoryCommands(program, config, output);
  addExportCommand(program, config, output);
  addExportsCommands(program, config, output);
  addImportCommand(program, config, output);
  addEventsCommands(program, config, output);
  addQueueCommands(program, config, output);
  addMcpCommand(program, config, output);
  addWebhooksCommands(program, config, output);
  return program;
}

/** A viewer without a Discord user would see public channels only, which nobody intends. */
function checkUser(role: Role, user: string): void {
  if (role !== 'viewer' || isSnowflake(user)) return;
  throw new ConfigError(['--user: a viewer sees what a Discord user may see: give a Discord user id']);
}
