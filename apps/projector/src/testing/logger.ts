import { createLogger } from '@discord-relay/platform';

export const silent = createLogger('projector', 'test', 'silent');
