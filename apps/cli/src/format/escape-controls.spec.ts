import { formatTable } from './table.js';
import { escapeControls, escapeControlsInLines } from './escape-controls.js';

const HOSTILE = 'a\u202eb\u001b[31mc\u009bd\u2067e\nf';

it('terminal output escapes characters that would change the terminal or the direction of the line', () => {
  expect(escapeControls(HOSTILE)).toBe('a\\u202eb\\u001b[31mc\\u009bd\\u2067e\\u000af');
  expect(escapeControls('Ärger 日本 שלום 👍🏽')).toBe('Ärger 日本 שלום 👍🏽');
});

it('newlines in output, and the values of JSON, are kept', () => {
  expect(escapeControlsInLines('a\tb\nc')).toBe('a\tb\nc');
  const json = JSON.stringify({ name: HOSTILE }, null, 2);
  expect(escapeControlsInLines(json).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e\u2067]/u);
  expect(JSON.parse(escapeControlsInLines(json))).toEqual({ name: HOSTILE });
});

it('each row of a table stays on its line, and the columns stay aligned', () => {
  const lines = formatTable(['NAME', 'ID'], [[HOSTILE, '1']]).split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]!.indexOf('1', escapeControls(HOSTILE).length)).toBe(lines[0]!.indexOf('ID'));
});
