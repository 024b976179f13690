/** The letter in place of an avatar: the name's first letter or digit, otherwise its first character. */
export function initialOf(name: string): string {
  const [initial = '?'] = /[\p{L}\p{N}]/u.exec(name) ?? [...name];
  return initial.toLocaleUpperCase();
}
