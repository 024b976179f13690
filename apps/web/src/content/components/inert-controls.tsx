import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { Name } from '../../ui/name.js';
import { ExternalLink } from '../markdown-view/external-link.js';
import { EmojiView } from '../reactions/emoji-view.js';
import type { Component } from './component.js';

const STYLES: Readonly<Record<number, string>> = { 1: 'primary', 3: 'success', 4: 'danger' };

/** A button as Discord shows it. Link buttons work; the others do nothing here. */
export function InertButton({ button }: { button: Extract<Component, { type: 'button' }> }) {
  const content = (
    <>
      {button.emoji !== null && <EmojiView emoji={button.emoji} />}
      {button.label !== '' && <Name of={button.label} />}
    </>
  );
  if (button.href !== null)
    return (
      <ExternalLink className="component-button" href={button.href} title={button.href}>
        {content}
      </ExternalLink>
    );
  return (
    <span
      className={`component-button component-button-${STYLES[button.style] ?? 'secondary'}`}
      title={CONTENT_TEXTS.components.inert}
    >
      {content}
    </span>
  );
}

export function InertSelect({
  select: { placeholder, options },
}: {
  select: Extract<Component, { type: 'select' }>;
}) {
  return (
    <span className="component-select" title={CONTENT_TEXTS.components.inert}>
      <Name of={placeholder === '' ? CONTENT_TEXTS.components.select : placeholder} />
      {options.length > 0 && (
        <span className="muted">{CONTENT_TEXTS.components.options(options.length)}</span>
      )}
    </span>
  );
}
