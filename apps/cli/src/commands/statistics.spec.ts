import type { Snowflake } from '@discord-relay/contracts';
import { Command } from 'commander';
import { cliSchema } from '../config.js';
import { addStatisticsCommands, formatChannel, formatGuild } from './statistics.js';

const id = '7' as Snowflake;
const counts = { messages: 40, edits: 1, deletions: 2, reactions: 3, authors: 5 };
const hour = '2026-01-01T10:00:00.000Z';

it('`relay statistics` prints the hours of a channel', () => {
  expect(formatChannel({ channelId: id, hours: [{ hour, ...counts }] }).split('\n')).toEqual([
    'HOUR                      MESSAGES  AUTHORS  EDITS  DELETIONS  REACTIONS',
    `${hour}  40        5        1      2          3`,
  ]);
  expect(formatChannel({ channelId: id, hours: [] })).toBe('no activity in this time');
});

it('`relay statistics` prints the channels of a guild', () => {
  const channels = [{ channelId: id, name: 'general', ...counts }];
  const lines = formatGuild({ guildId: id, channels, hours: [] }).split('\n');
  expect(lines.map((line) => line.split(/ +/))).toEqual([
    ['CHANNEL', 'NAME', 'MESSAGES', 'AUTHORS', 'EDITS', 'DELETIONS', 'REACTIONS'],
    ['7', 'general', '40', '5', '1', '2', '3'],
  ]);
});

it('`relay statistics` rejects ids that are not Discord ids', async () => {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addStatisticsCommands(program, () => cliSchema.parse({}), { out: () => undefined, fail: () => undefined });
  for (const each of program.commands.flatMap(({ commands }) => commands)) each.exitOverride();
  const result = program.parseAsync(['statistics', 'channel', '../x'], { from: 'user' });
  await expect(result).rejects.toThrow(/Use a Discord id/);
});
