import type { GuildAccess } from './guild-access.js';
import type { Rights } from './permissions.js';
import type { Principal } from './principal.js';

/** A thread that need not be loaded; its channel has to be. */
export interface ThreadPlace {
  id: string;
  type: number;
  parentId: string | null;
}

const PRIVATE_THREAD = 12;

/** The rights of a user in many threads. All threads of a channel that are not private have the same. */
export class ThreadRights {
  private readonly ofPublic = new Map<string, Rights>();

  constructor(
    private readonly access: GuildAccess,
    private readonly principal: Principal,
    private readonly nowMs: number,
  ) {}

  of(thread: ThreadPlace): Rights {
    if (thread.type === PRIVATE_THREAD || this.access.isPublic(thread.id)) return this.find(thread);
    const key = `${thread.parentId} ${thread.type}`;
    const rights = this.ofPublic.get(key) ?? this.find(thread);
    this.ofPublic.set(key, rights);
    return rights;
  }

  private find(thread: ThreadPlace): Rights {
    return this.access.rightsInThread(this.principal, thread, this.nowMs);
  }
}
