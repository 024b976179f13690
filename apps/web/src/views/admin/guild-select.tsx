import type { Directory } from '../../channels/directory.js';
import { withoutBidiControls } from '../../ui/bidi.js';

interface GuildSelectProps {
  directory: Directory;
  label: string;
  /** The text of the choice of all guilds; undefined: one must be chosen. */
  all?: string;
}

/** Selects a guild in a form, as `guildId`. */
export function GuildSelect({ directory: { guilds }, label, all }: GuildSelectProps) {
  return (
    <label>
      {label}
      <select className="field" name="guildId" required={all === undefined}>
        {all !== undefined && <option value="">{all}</option>}
        {guilds.map(({ id, name }) => (
          <option key={id} value={id}>
            {withoutBidiControls(name)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The name of a guild, or its id if it is not known. */
export const guildName = ({ guilds }: Directory, guildId: string): string =>
  guilds.find(({ id }) => id === guildId)?.name ?? guildId;
