import type { PeopleChange, PlaceChange, RowChange, TalkChange } from './row-change.js';

type FamilyOf<Change extends { op: string }, Family> = { [Op in Change['op']]: Family };

/** Which set of rows a change is for. An operation that is not here does not compile. */
const FAMILIES: FamilyOf<PlaceChange, 'places'> &
  FamilyOf<PeopleChange, 'people'> &
  FamilyOf<TalkChange, 'talk'> &
  FamilyOf<Exclude<RowChange, PlaceChange | PeopleChange | TalkChange>, 'other'> = {
  upsert_guild: 'places',
  guild_unavailable: 'places',
  leave_guild: 'places',
  upsert_channel: 'places',
  patch_channel: 'places',
  delete_channel: 'places',
  remove_channels_except: 'places',
  archive_threads_except: 'places',
  put_thread_members: 'places',
  upsert_role: 'people',
  delete_role: 'people',
  remove_roles_except: 'people',
  upsert_member: 'people',
  leave_member: 'people',
  leave_members_except: 'people',
  enter_room: 'people',
  leave_room: 'people',
  leave_rooms_except: 'people',
  create_message: 'talk',
  patch_message: 'talk',
  delete_messages: 'talk',
  put_vote: 'talk',
  put_reaction: 'talk',
  clear_reactions: 'talk',
  describe_gap: 'other',
  mark_position: 'other',
};

export const isTalk = (change: RowChange): change is TalkChange => FAMILIES[change.op] === 'talk';
export const isOfPeople = (change: RowChange): change is PeopleChange => FAMILIES[change.op] === 'people';
export const isOfPlaces = (change: RowChange): change is PlaceChange => FAMILIES[change.op] === 'places';
