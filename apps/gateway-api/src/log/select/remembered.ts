/** Subjects repeat: channels times types. */
const REMEMBERED = 10_000;

/** The function with its latest results remembered by subject. The results must not be changed. */
export function remembered<T>(resultOf: (subject: string) => T): (subject: string) => T {
  const results = new Map<string, T>();
  return (subject) => {
    const known = results.get(subject);
    if (known !== undefined) return known;
    if (results.size >= REMEMBERED) results.clear();
    const result = resultOf(subject);
    results.set(subject, result);
    return result;
  };
}
