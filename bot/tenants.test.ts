import { describe, expect, it } from '@jest/globals';
import { adminsOf } from './tenants.js';

describe('administrators named in the settings', () => {
  const named = ['ada@example.com', '29:1abc', 'slack-T0123:bob@other.example', 'slack-T0123:U042'];

  it('are of one’s own organisation unless another is named before them', () => {
    expect(adminsOf(named, 'home')).toEqual(['ada@example.com', '29:1abc']);
    expect(adminsOf(named, 'slack-T0123')).toEqual(['bob@other.example', 'U042']);
    expect(adminsOf(named, 'slack-T0999')).toEqual([]);
  });
});
