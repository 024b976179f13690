import { gaps } from './gaps.js';
import { listChannels } from './list-channels.js';
import { queue } from './queue.js';
import { readChannel } from './read-channel.js';
import { search } from './search.js';
import { statistics } from './statistics.js';
import type { Tool } from './tool.js';

export const TOOLS: readonly Tool[] = [listChannels, readChannel, search, queue, statistics, gaps];
