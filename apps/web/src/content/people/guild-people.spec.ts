import { guildPeople } from './guild-people.js';

const roles = [
  { id: '1', name: 'quiet', color: 0 },
  { id: '2', name: 'crew', color: 0xff0000 },
  { id: '3', name: 'guests', color: 0x00ff00 },
];
const member = { userId: '9', username: 'ada', nick: null, globalName: null, roleIds: [] };

it('members are named by their nick in the guild, with the colour of their highest coloured role', () => {
  const { users } = guildPeople(roles, [
    { ...member, nick: 'Ada of the crew', globalName: 'Ada', roleIds: ['3', '1', '2'] },
    { ...member, userId: '8', globalName: 'Ben', roleIds: ['1'] },
    { ...member, userId: '7' },
    { ...member, userId: '6', username: null },
  ]);
  expect([...users]).toEqual([
    ['9', { name: 'Ada of the crew', colour: 0xff0000 }],
    ['8', { name: 'Ben', colour: null }],
    ['7', { name: 'ada', colour: null }],
  ]);
});

it('roles are named', () => {
  expect(guildPeople(roles, []).roles.get('3')).toEqual({ name: 'guests', colour: 0x00ff00 });
});
