import { Command } from 'commander';
import type { Manifest } from '@discord-relay/export';
import { addExportCommand, formatManifest } from './export.js';

const MANIFEST = {
  runs: [{ since: null, seq: 7, endSeq: 7, rows: 3 }],
  files: [{}, {}],
  gaps: [],
} as unknown as Manifest;

it('`relay export` says what it wrote, whether the guild changed meanwhile, and that there are gaps', () => {
  expect(formatManifest(MANIFEST)).toBe('3 messages up to sequence 7; 2 files in all: see manifest.json');
  const run = { since: 5, seq: 7, endSeq: 9, rows: 1 };
  expect(
    formatManifest({ ...MANIFEST, runs: [...MANIFEST.runs, run], gaps: [{}] as Manifest['gaps'] }).split(
      '\n',
    ),
  ).toEqual([
    '1 messages that changed after sequence 5 up to sequence 7; 2 files in all: see manifest.json',
    'the guild changed up to sequence 9 meanwhile: --append adds these changes',
    '1 gaps in the exported time: see gaps in manifest.json',
  ]);
});

it.each([
  ['--guild', 'x'],
  ['--rows-per-file', '0'],
  ['--format', 'xlsx'],
  ['--partition', 'month'],
  ['--has', 'virus'],
])('`relay export` refuses %s %s', async (option, value) => {
  const program = new Command();
  addExportCommand(program, () => ({}) as never, { out: () => undefined, fail: () => undefined });
  const command = program.commands[0]!.exitOverride().configureOutput({ writeErr: () => undefined });
  const args = ['--guild', '1', '--out', '/nonexistent/folder', option, value];
  await expect(command.parseAsync(args, { from: 'user' })).rejects.toThrow(/invalid/);
});
