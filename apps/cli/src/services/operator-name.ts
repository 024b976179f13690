import { userInfo } from 'node:os';

/** The user who runs this program, for the record. In a container the user may have a number and no name. */
export function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
