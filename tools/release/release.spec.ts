import { notesOf, problemsOf, versionOf } from './release.mjs';

const CHANGELOG = `# Changelog

## Unreleased

- later

## 1.2.0 - 2026-12-01

### Added

- exports

## [1.1.0] - 2026-11-01

- first
`;
const CONSISTENT = {
  manifests: {
    'package.json': { version: '1.2.0' },
    'apps/cli/package.json': {
      version: '1.2.0',
      dependencies: { '@discord-relay/contracts': '1.2.0', zod: '4.0.0' },
    },
  },
  changelog: CHANGELOG,
  upgrading: '# Upgrading\n\n## 1.2.0\n\nNothing.\n',
  chart: { version: '1.2.0', appVersion: '1.2.0' },
};

describe('a release', () => {
  it.each([
    ['v1.2.0', '1.2.0'],
    ['v1.2.0-rc.1', '1.2.0-rc.1'],
  ])('the tag %s is version %s', (tag, version) => expect(versionOf(tag)).toBe(version));

  it.each(['1.2.0', 'v1.2', 'v01.2.0', 'v1.2.0+build', 'v1.2.0-', 'latest', ''])(
    'the tag %j is refused',
    (tag) => expect(() => versionOf(tag)).toThrow('is not a version'),
  );

  it('the notes of a release are its section of the changelog', () => {
    expect(notesOf('1.2.0', CHANGELOG)).toBe('### Added\n\n- exports');
    expect(notesOf('1.1.0', CHANGELOG)).toBe('- first');
    expect(notesOf('1.0.0', CHANGELOG)).toBeUndefined();
  });

  it('a checkout whose files have the version of the tag is consistent', () =>
    expect(problemsOf('1.2.0', CONSISTENT)).toEqual([]));

  it('every file that has another version is named', () => {
    const manifests = {
      'package.json': { version: '1.1.0' },
      'apps/cli/package.json': { version: '1.3.0', dependencies: { '@discord-relay/contracts': '1.2.0' } },
    };
    const chart = { version: '1.3.0', appVersion: '1.2.0' };
    expect(problemsOf('1.3.0', { ...CONSISTENT, manifests, chart })).toEqual([
      'package.json is 1.1.0, not 1.3.0',
      '@discord-relay/contracts in apps/cli/package.json is 1.2.0, not 1.3.0',
      'the appVersion of the chart is 1.2.0, not 1.3.0',
      'CHANGELOG.md has no section 1.3.0',
      'docs/upgrading.md has no section 1.3.0',
    ]);
  });
});
