import { GatewayIntentBits } from 'discord-api-types/v10';
import {
  DEFAULT_INTENTS,
  INTENT_NAMES,
  intentBits,
  isIntentName,
  neededIntents,
  privilegedIntents,
} from './intents.js';

describe('intents', () => {
  it('intents have the names of discord-api-types, and nothing else of its enum is an intent', () => {
    expect(isIntentName('MessageContent')).toBe(true);
    for (const name of ['32768', 'messagecontent', 'toString', '']) expect(isIntentName(name)).toBe(false);
    expect(INTENT_NAMES.length).toBeGreaterThan(15);
  });

  it('intents are sent to Discord as one number', () => {
    expect(intentBits([])).toBe(0);
    expect(intentBits(['Guilds', 'MessageContent'])).toBe(1 | (1 << 15));
    expect(intentBits(['Guilds', 'Guilds'])).toBe(GatewayIntentBits.Guilds);
  });

  it('problems name intents as the developer portal does', () => {
    expect(privilegedIntents(DEFAULT_INTENTS)).toEqual(['Message Content']);
    expect(privilegedIntents(['GuildMembers', 'Guilds', 'GuildPresences'])).toEqual([
      'Server Members',
      'Presence',
    ]);
  });

  it('the intents include those of optional recordings', () => {
    const off = { RECORD_MEMBERS: false, RECORD_PRESENCE: false, RECORD_TYPING: false };
    expect(neededIntents(['Guilds'], off)).toEqual(['Guilds']);
    expect(neededIntents(['Guilds'], { ...off, RECORD_TYPING: true })).toEqual([
      'Guilds',
      'GuildMessageTyping',
    ]);
    expect(neededIntents(['Guilds'], { ...off, RECORD_MEMBERS: true })).toEqual(['Guilds', 'GuildMembers']);
    expect(neededIntents(['GuildPresences'], { ...off, RECORD_PRESENCE: true })).toEqual(['GuildPresences']);
  });
});
