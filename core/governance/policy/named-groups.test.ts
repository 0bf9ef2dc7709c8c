import { describe, expect, it } from '@jest/globals';
import { shippedFile } from '../../kernel/package-root.js';
import { loadPolicyFolder } from './load-policy.js';
import { namedGroups } from './named-groups.js';

describe('the groups that policies speak of', () => {
  it('are those of the approval rules and those of Cedar, each once', async () => {
    const source = await loadPolicyFolder(shippedFile('samples', 'policies'));
    expect(namedGroups(source)).toEqual(['change-advisory-board', 'finance']);
    const policies = `${source.policies}\npermit (principal in Group::"Works council", action, resource);
      forbid (principal in Group::"finance", action, resource);`;
    expect(namedGroups({ ...source, policies })).toEqual([
      'Works council',
      'change-advisory-board',
      'finance',
    ]);
  });
});
