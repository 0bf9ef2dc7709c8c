import { describe, expect, it } from '@jest/globals';
import { gitAuthorization } from './git-authorization.js';

describe('What a private Git repository is shown', () => {
  const tokens = { 'git.example.com': 'secret', 'git.example.com:8443': 'ana:word' };
  const shown = (url: string): string | undefined => {
    const header = gitAuthorization(url, tokens);
    return header && Buffer.from(header.replace(/^Basic /, ''), 'base64').toString();
  };

  it('is the token of its host, or name and password', () => {
    expect(shown('https://git.example.com/a.git')).toBe('x-access-token:secret');
    expect(shown('https://git.example.com:8443/a.git')).toBe('ana:word');
  });

  it.each([
    'https://example.com/git.example.com.git',
    'https://git.example.com.evil.example/a.git',
    'https://git.example.com@evil.example/a.git',
    'http://git.example.com/a.git',
    'ssh://git.example.com/a.git',
    'git@git.example.com:a.git',
    'https://constructor/a.git',
  ])('is nothing for %s', (url) => {
    expect(shown(url)).toBeUndefined();
  });
});
