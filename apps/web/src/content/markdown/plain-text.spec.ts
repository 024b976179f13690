import { plainText } from './plain-text.js';

const names = { user: () => 'ada', role: () => 'crew', channel: () => 'general' };

it('the plain text of Markdown is on one line, without formats and with names', () => {
  const text = '# Hi **all**\n> <@1> <@&2>\n- <#3> `code`\n```js\nrun()\n```[a](https://b.example) <:cat:4>';
  expect(plainText(text, names)).toBe('Hi all @ada @crew #general code run()a :cat:');
});

it('the plain text of Markdown hides spoilers', () => {
  expect(plainText('it was ||the butler||', names)).toBe('it was █████');
});
