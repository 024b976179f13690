import type { AttachmentState } from '@discord-relay/contracts';

export interface AttachmentProps {
  messageId: string;
  attachment: AttachmentState;
}
