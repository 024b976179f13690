import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { Name } from '../../ui/name.js';
import { useContent } from '../context/content-context.js';
import { isColoured, useColour } from './colour.js';
import { InternalLink } from './internal-link.js';

export function UserMention({ id }: { id: string }) {
  const user = useContent().user(id);
  return (
    <span className="mention" title={id}>
      @<Name of={user?.name ?? CONTENT_TEXTS.unknown.user} />
    </span>
  );
}

export function RoleMention({ id }: { id: string }) {
  const role = useContent().role(id);
  const colour = useColour(role?.colour);
  return (
    <span className={isColoured(colour) ? 'mention mention-coloured' : 'mention'} {...colour} title={id}>
      @<Name of={role?.name ?? CONTENT_TEXTS.unknown.role} />
    </span>
  );
}

export function ChannelMention({ id }: { id: string }) {
  const channel = useContent().channel(id);
  const name = (
    <>
      #<Name of={channel?.name ?? CONTENT_TEXTS.unknown.channel} />
    </>
  );
  return channel?.href === undefined ? (
    <span className="mention" title={id}>
      {name}
    </span>
  ) : (
    <InternalLink className="mention" href={channel.href}>
      {name}
    </InternalLink>
  );
}
