import type { APIAttachment } from 'discord-api-types/v10';
import type { ComponentRecord } from '../state/model/records.js';

const OWN_FILE = 'attachment://';

interface Media {
  url: string;
}

/** Components as Discord returns them: media of the message's own files have the addresses of these. */
export function componentsPayload(
  components: readonly ComponentRecord[],
  attachments: readonly APIAttachment[],
): ComponentRecord[] {
  const resolve = (media: Media): Media => {
    const file = attachments.find(({ filename }) => media.url === OWN_FILE + filename);
    if (!file) return media;
    const { id, url, proxy_url, width = null, height = null, content_type = null } = file;
    return { ...media, ...{ id, attachment_id: id, url, proxy_url, width, height, content_type } };
  };
  const visit = (component: ComponentRecord): ComponentRecord => {
    const { components: children, accessory, media, file, items } = component;
    return {
      ...component,
      ...(children && { components: children.map(visit) }),
      ...(accessory && { accessory: visit(accessory) }),
      ...(media && { media: resolve(media) }),
      ...(file && { file: resolve(file) }),
      ...(items && { items: items.map((item) => ({ ...item, media: resolve(item.media) })) }),
    };
  };
  return components.map(visit);
}
