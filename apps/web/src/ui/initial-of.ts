/** The letter on a round picture: the name's first letter or digit, and its first character when it has none. */
export function initialOf(name: string): string {
  const [initial = '?'] = /[\p{L}\p{N}]/u.exec(name) ?? [...name];
  return initial.toLocaleUpperCase();
}
