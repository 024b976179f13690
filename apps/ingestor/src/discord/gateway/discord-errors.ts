import { DiscordAPIError } from '@discordjs/rest';
import { GatewayCloseCodes } from 'discord-api-types/v10';
import { AppError } from '@discord-relay/contracts';
import { privilegedIntents, type IntentName } from './intents.js';

/** The error for a close code that only an operator can remedy; undefined for codes after which reconnecting helps. */
export function errorOfCloseCode(code: number, intents: readonly IntentName[]): AppError | undefined {
  switch (code) {
    case GatewayCloseCodes.AuthenticationFailed:
      return new AppError('DISCORD.TOKEN_REFUSED');
    case GatewayCloseCodes.InvalidIntents:
      return new AppError(
        'DISCORD.INTENTS_REFUSED',
        `Discord does not know these intents: check DISCORD_INTENTS (${intents.join(', ')})`,
      );
    case GatewayCloseCodes.DisallowedIntents:
      return new AppError('DISCORD.INTENTS_REFUSED', disallowed(intents));
    case GatewayCloseCodes.InvalidShard:
    case GatewayCloseCodes.ShardingRequired:
    case GatewayCloseCodes.InvalidAPIVersion:
      return new AppError('DISCORD.SHARDS_REFUSED', `Discord closed the gateway with ${code}: check SHARDS`);
    default:
      return undefined;
  }
}

function disallowed(intents: readonly IntentName[]): string {
  const names = privilegedIntents(intents)
    .map((name) => `“${name}”`)
    .join(' and ');
  return (
    `Discord refused the intents: enable ${names} for the bot in the developer portal ` +
    '(Bot, Privileged Gateway Intents), or remove them from DISCORD_INTENTS'
  );
}

/** The error for a failed REST call: a rejected token needs an operator; every other failure is retried. */
export function errorOfRequest(error: unknown, apiUrl: string): AppError {
  if (error instanceof DiscordAPIError && error.status === 401) {
    return new AppError('DISCORD.TOKEN_REFUSED', undefined, { cause: error });
  }
  return new AppError('DISCORD.UNREACHABLE', `${apiUrl} does not answer: check DISCORD_API_URL`, {
    cause: error,
  });
}
