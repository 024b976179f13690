import { settingsIn } from './settings-in.js';

it('the settings contain the selected ids, and nothing that is not an id', () => {
  const form = new FormData();
  form.append('staffRoleIds', '1');
  form.append('staffRoleIds', '2');
  form.append('channelIds', '3');
  for (const value of ['4', '5', 'tag']) form.append('solvedTagIds', value);
  form.append('solvedWhenArchived', 'on');
  expect(settingsIn(form)).toEqual({
    ...{ staffRoleIds: ['1', '2'], channelIds: ['3'], messageChannelIds: [] },
    ...{ solvedTagIds: ['4', '5'], solvedWhenArchived: true },
  });
});

it('an empty form gives empty settings', () => {
  expect(settingsIn(new FormData())).toEqual({
    ...{ staffRoleIds: [], channelIds: [], messageChannelIds: [], solvedTagIds: [] },
    solvedWhenArchived: false,
  });
});
