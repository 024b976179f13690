import { asSentence } from './as-sentence.js';

describe('asSentence', () => {
  it.each([
    ['no such channel', 'No such channel.'],
    ['Is it on?', 'Is it on?'],
    ['', ''],
  ])('asSentence makes %j a sentence', (message, sentence) => {
    expect(asSentence(message)).toBe(sentence);
  });
});
