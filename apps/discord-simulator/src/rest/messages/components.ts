import { ComponentType } from 'discord-api-types/v10';
import type { ComponentRecord } from '../../state/model/records.js';

const ONE_CHOICE = { min_values: 1, max_values: 1 };
/** The values that Discord adds for omitted fields. */
const DEFAULTS: Partial<Record<ComponentType, object>> = {
  [ComponentType.StringSelect]: ONE_CHOICE,
  [ComponentType.UserSelect]: ONE_CHOICE,
  [ComponentType.RoleSelect]: ONE_CHOICE,
  [ComponentType.MentionableSelect]: ONE_CHOICE,
  [ComponentType.ChannelSelect]: ONE_CHOICE,
  [ComponentType.Separator]: { spacing: 1, divider: true },
  [ComponentType.Container]: { accent_color: null, spoiler: false },
};

/** Components as a message stores them: with defaults, and numbered depth first from 1 if they have no `id`. */
export function completeComponents(components: readonly ComponentRecord[]): ComponentRecord[] {
  let next = 1;
  const complete = (component: ComponentRecord): ComponentRecord => {
    const id = component.id || next;
    next = Math.max(next, id) + 1;
    const { components: children, accessory, component: only } = component;
    return {
      ...DEFAULTS[component.type as ComponentType],
      ...component,
      id,
      ...(children ? { components: children.map(complete) } : {}),
      ...(accessory ? { accessory: complete(accessory) } : {}),
      ...(only ? { component: complete(only) } : {}),
    };
  };
  return components.map(complete);
}
