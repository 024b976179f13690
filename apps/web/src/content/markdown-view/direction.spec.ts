import { directionOfBlocks } from './direction.js';
import { parseMarkdown } from '../markdown/parse-markdown.js';

it.each([
  ['שלום', 'rtl'],
  ['`npm start` לא עובד', 'rtl'],
  ['<@1> שלום', 'rtl'],
  ['https://example.org שלום', 'rtl'],
  ['**שלום** world', 'rtl'],
  ['- שלום\n- world', 'rtl'],
  ['> ||שלום||', 'rtl'],
  ['# hello\nשלום', 'ltr'],
  ['1. 🎉\n2. مرحبا', 'rtl'],
  ['🎉 `code`', undefined],
])(
  'the direction of %j is that of its first letter outside of code, names and addresses: %s',
  (text, direction) => {
    expect(directionOfBlocks(parseMarkdown(text))).toBe(direction);
  },
);
