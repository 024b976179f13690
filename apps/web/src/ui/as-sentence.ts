/** An error message as a sentence: the service writes them in lower case and without a full stop. */
export function asSentence(message: string): string {
  const text = message.trim();
  const end = /[.!?…]$/.test(text) ? '' : '.';
  return text === '' ? '' : text.charAt(0).toLocaleUpperCase() + text.slice(1) + end;
}
