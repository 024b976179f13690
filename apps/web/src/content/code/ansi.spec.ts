import { parseAnsi } from './ansi.js';

const ESC = '\u001b';

it('the colours of an ANSI code block are parsed, and other sequences dropped', () => {
  expect(parseAnsi(`a${ESC}[1;31mb${ESC}[4mc${ESC}[0md${ESC}[44;37me${ESC}[mf`)).toEqual([
    { text: 'a', classes: [] },
    { text: 'b', classes: ['ansi-bold', 'ansi-red'] },
    { text: 'c', classes: ['ansi-bold', 'ansi-underline', 'ansi-red'] },
    { text: 'd', classes: [] },
    { text: 'e', classes: ['ansi-white', 'ansi-on-blue'] },
    { text: 'f', classes: [] },
  ]);
  expect(parseAnsi(`${ESC}[2Ja`)).toEqual([{ text: `${ESC}[2Ja`, classes: [] }]);
});
