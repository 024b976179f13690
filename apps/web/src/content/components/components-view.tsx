import type { AttachmentState, JsonObject } from '@discord-relay/contracts';
import { memo, useMemo } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { Name } from '../../ui/name.js';
import { Attachment } from '../attachments/attachments.js';
import { useColour } from '../markdown-view/colour.js';
import { Markdown } from '../markdown-view/markdown.js';
import { SpoilerCover } from '../media/spoiler-cover.js';
import { type Component, readComponents } from './component.js';
import { Gallery, GalleryPicture } from './gallery.js';
import { InertButton, InertSelect } from './inert-controls.js';

interface ComponentsProps {
  messageId: string;
  components: readonly JsonObject[];
  attachments: readonly AttachmentState[];
}

const NO_ATTACHMENTS: readonly AttachmentState[] = [];

/** Discord's components, old and new (V2). */
export const ComponentsView = memo(function ComponentsView({
  messageId,
  components,
  attachments = NO_ATTACHMENTS,
}: ComponentsProps) {
  const read = useMemo(() => readComponents(components, attachments), [components, attachments]);
  return (
    <div className="components">
      <ComponentList messageId={messageId} components={read} />
    </div>
  );
});

interface ListProps {
  messageId: string;
  components: readonly Component[];
}

function ComponentList({ messageId, components }: ListProps) {
  return components.map((component, index) => (
    <ComponentView key={index} messageId={messageId} component={component} />
  ));
}

function ComponentView({ messageId, component }: { messageId: string; component: Component }) {
  switch (component.type) {
    case 'row':
    case 'list':
      return (
        <div className="component-row">
          <ComponentList messageId={messageId} components={component.children} />
        </div>
      );
    case 'button':
      return <InertButton button={component} />;
    case 'select':
      return <InertSelect select={component} />;
    case 'text':
      return <Markdown text={component.text} />;
    case 'separator':
      return <Separator separator={component} />;
    case 'gallery':
      return <Gallery messageId={messageId} items={component.items} />;
    case 'thumbnail':
      return <GalleryPicture messageId={messageId} item={component.item} isThumbnail />;
    case 'unknown':
      return <div className="muted">{CONTENT_TEXTS.components.unknown}</div>;
    default:
      return <Nesting messageId={messageId} component={component} />;
  }
}

type NestingComponent = Extract<Component, { type: 'section' | 'file' | 'container' }>;

function Nesting({ messageId, component }: { messageId: string; component: NestingComponent }) {
  switch (component.type) {
    case 'section':
      return (
        <div className="component-section">
          <div className="component-section-text">
            <ComponentList messageId={messageId} components={component.children} />
          </div>
          {component.accessory && <ComponentView messageId={messageId} component={component.accessory} />}
        </div>
      );
    case 'file':
      return <FileComponent messageId={messageId} file={component} />;
    case 'container':
      return <Container messageId={messageId} container={component} />;
    default:
      return component satisfies never;
  }
}

function Container({
  messageId,
  container,
}: {
  messageId: string;
  container: Extract<Component, { type: 'container' }>;
}) {
  const colour = useColour(container.colour);
  const content = (
    <div className="component-container" {...colour}>
      <ComponentList messageId={messageId} components={container.children} />
    </div>
  );
  return container.isSpoiler ? <SpoilerCover>{content}</SpoilerCover> : content;
}

function FileComponent({
  messageId,
  file,
}: {
  messageId: string;
  file: Extract<Component, { type: 'file' }>;
}) {
  const content = file.attachment ? (
    <Attachment messageId={messageId} attachment={file.attachment} />
  ) : (
    <div className="file-card">
      <Name of={file.name} />
    </div>
  );
  return file.isSpoiler ? <SpoilerCover>{content}</SpoilerCover> : content;
}

function Separator({ separator }: { separator: Extract<Component, { type: 'separator' }> }) {
  const width = separator.isWide ? 'component-separator component-separator-wide' : 'component-separator';
  return separator.isVisible ? (
    <hr className={width} />
  ) : (
    <div className={`${width} component-separator-blank`} />
  );
}
