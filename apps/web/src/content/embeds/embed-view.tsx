import type { JsonObject } from '@discord-relay/contracts';
import { memo, useMemo } from 'react';
import { useContent } from '../context/content-context.js';
import { useColour } from '../markdown-view/colour.js';
import { ExternalLink } from '../markdown-view/external-link.js';
import { InlineMarkdown, Markdown } from '../markdown-view/markdown.js';
import { formatTimestamp } from '../markdown-view/timestamps.js';
import { Icon } from '../media/picture.js';
import { directionOf } from '../../ui/bidi.js';
import { Name } from '../../ui/name.js';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { type Embed, type EmbedName, readEmbed } from './embed.js';
import { EmbedImage, EmbedVideo } from './embed-media.js';

/** A preview of a link, or an embed that an application composed. */
export const EmbedView = memo(function EmbedView({ source }: { source: JsonObject }) {
  const embed = useMemo(() => readEmbed(source), [source]);
  const colour = useColour(embed.colour);
  // For a link to an image, Discord shows only the image.
  if (embed.type === 'image' && embed.thumbnail) return <EmbedImage media={embed.thumbnail} />;
  const isSmall = embed.image === null && embed.video === null;
  return (
    <article className="embed" {...colour} aria-label={CONTENT_TEXTS.embed}>
      <div className="embed-text">
        <EmbedText embed={embed} />
      </div>
      {embed.thumbnail && isSmall && <EmbedImage media={embed.thumbnail} isThumbnail />}
      {embed.image && <EmbedImage media={embed.image} />}
      {embed.video && <EmbedVideo video={embed.video} poster={embed.thumbnail} />}
      <EmbedFooter embed={embed} />
    </article>
  );
});

function EmbedText({ embed }: { embed: Embed }) {
  const { provider, author, title, href, description, fields } = embed;
  return (
    <>
      {provider && <NameLine className="embed-provider" of={provider} />}
      {author && <NameLine className="embed-author" of={author} />}
      {title !== undefined && (
        <div className="embed-title" dir={directionOf(title)}>
          {href === null ? (
            <InlineMarkdown text={title} />
          ) : (
            <ExternalLink href={href} title={href}>
              <Name of={title} />
            </ExternalLink>
          )}
        </div>
      )}
      {description !== undefined && <Markdown text={description} />}
      {fields.length > 0 && <Fields fields={fields} />}
    </>
  );
}

function NameLine({ of: { name, href, icon }, className }: { of: EmbedName; className: string }) {
  const { media } = useContent();
  return (
    <div className={className} dir={directionOf(name)}>
      <Icon className="embed-icon" src={media ? icon : null} />
      {href === null ? (
        <Name of={name} />
      ) : (
        <ExternalLink href={href} title={href}>
          <Name of={name} />
        </ExternalLink>
      )}
    </div>
  );
}

function Fields({ fields }: { fields: Embed['fields'] }) {
  return (
    <dl className="embed-fields">
      {fields.map(({ name, value, inline }, index) => (
        <div key={index} className={inline ? 'embed-field embed-field-inline' : 'embed-field'}>
          <dt dir={directionOf(name)}>
            <InlineMarkdown text={name} />
          </dt>
          <dd>
            <Markdown text={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function EmbedFooter({ embed: { footer, timestampMs } }: { embed: Embed }) {
  const reader = useContent();
  if (!footer && timestampMs === undefined) return null;
  const date = timestampMs === undefined ? null : new Date(timestampMs);
  return (
    <div className="embed-footer" dir={footer ? directionOf(footer.name) : undefined}>
      {footer && <Icon className="embed-icon" src={reader.media ? footer.icon : null} />}
      {footer && <Name of={footer.name} />}
      {footer && date && ' · '}
      {date && <time dateTime={date.toISOString()}>{formatTimestamp(date, 's', reader)}</time>}
    </div>
  );
}
