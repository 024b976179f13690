import { GatewayIntentBits } from 'discord-api-types/v10';

export type IntentName = keyof typeof GatewayIntentBits;

/** Privileged intents, with their names in the developer portal. */
const PRIVILEGED: Partial<Record<IntentName, string>> = {
  GuildPresences: 'Presence',
  GuildMembers: 'Server Members',
  MessageContent: 'Message Content',
};

/** All guild intents that are not privileged, and the content of messages. */
export const DEFAULT_INTENTS: readonly IntentName[] = [
  'Guilds',
  'GuildModeration',
  'GuildExpressions',
  'GuildIntegrations',
  'GuildWebhooks',
  'GuildInvites',
  'GuildVoiceStates',
  'GuildMessages',
  'GuildMessageReactions',
  'GuildMessagePolls',
  'GuildScheduledEvents',
  'AutoModerationConfiguration',
  'AutoModerationExecution',
  'MessageContent',
];

/** Some deprecated names of {@link GatewayIntentBits} share bits with newer ones, so names are compared, not bits. */
export const INTENT_NAMES = Object.keys(GatewayIntentBits).filter(
  (key): key is IntentName => typeof GatewayIntentBits[key as IntentName] === 'number',
);

export const isIntentName = (name: string): name is IntentName =>
  (INTENT_NAMES as readonly string[]).includes(name);

export const intentBits = (names: readonly IntentName[]): number =>
  names.reduce((bits, name) => bits | GatewayIntentBits[name], 0);

/** The developer portal's names of those intents that are privileged. */
export const privilegedIntents = (names: readonly IntentName[]): string[] =>
  names.flatMap((name) => PRIVILEGED[name] ?? []);

/** Optional kinds of data, with the intents that they need. */
const INTENTS_OF_OPTIONS = {
  RECORD_MEMBERS: ['GuildMembers'],
  RECORD_PRESENCE: ['GuildPresences'],
  RECORD_TYPING: ['GuildMessageTyping'],
} as const satisfies Record<string, readonly IntentName[]>;

export type RecordOption = keyof typeof INTENTS_OF_OPTIONS;

/** The intents to identify with: the configured ones, and those that enabled options need. */
export function neededIntents(
  names: readonly IntentName[],
  options: Readonly<Record<RecordOption, boolean>>,
): IntentName[] {
  const known = Object.keys(INTENTS_OF_OPTIONS) as RecordOption[];
  return [
    ...new Set([...names, ...known.filter((key) => options[key]).flatMap((key) => INTENTS_OF_OPTIONS[key])]),
  ];
}
