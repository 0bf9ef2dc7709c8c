import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseRobots } from './robots.js';

describe('robots.txt', () => {
  it('takes the group of the agent, else that of everybody', () => {
    const source =
      'User-agent: *\nDisallow: /\n\nUser-agent: Steward\nUser-agent: other\nDisallow: /private\n';
    expect(parseRobots(source, 'steward').allows('/docs')).toBe(true);
    expect(parseRobots(source, 'steward').allows('/private/x')).toBe(false);
    expect(parseRobots(source, 'nobody').allows('/docs')).toBe(false);
  });

  it('lets the longest rule decide, and Allow on a tie', () => {
    const rules = parseRobots('User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /same\nAllow: /same', 'x');
    expect(rules.allows('/a/c')).toBe(false);
    expect(rules.allows('/a/b/c')).toBe(true);
    expect(rules.allows('/same')).toBe(true);
  });

  it('honours * and a closing $', () => {
    const rules = parseRobots('User-agent: *\nDisallow: /*.pdf$\nDisallow: /x*y\nDisallow: /end$', 'x');
    expect(rules.allows('/a/b.pdf')).toBe(false);
    expect(rules.allows('/a/b.pdf?x')).toBe(true);
    expect(rules.allows('/x123y456')).toBe(false);
    expect(rules.allows('/end')).toBe(false);
    expect(rules.allows('/ending')).toBe(true);
  });

  it('reads comments, odd line ends, empty rules and a crawl delay', () => {
    const rules = parseRobots('# hi\r\nuser-agent: * # all\r\nDisallow:\r\nCrawl-delay: 2\r\n', 'x');
    expect(rules.allows('/anything')).toBe(true);
    expect(rules.crawlDelay).toBe(2);
    expect(parseRobots('', 'x').allows('/')).toBe(true);
    expect(parseRobots('<html>not robots</html>', 'x').allows('/')).toBe(true);
  });

  it('answers any file and any path', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (source, path) => {
        return typeof parseRobots(`User-agent: *\n${source}`, 'x').allows(`/${path}`) === 'boolean';
      }),
    );
  });

  it('agrees with a regular expression on patterns with stars', () => {
    const piece = fc.constantFrom('a', 'b', '/', '*');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }),
        fc.boolean(),
        fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 8 }),
        (pattern, closed, path) => {
          const rule = `/${pattern.join('')}${closed ? '$' : ''}`;
          const expected = new RegExp(
            `^/${pattern.map((one) => (one === '*' ? '.*' : one)).join('')}${closed ? '$' : ''}`,
          );
          const target = `/${path.join('')}`;
          expect(parseRobots(`User-agent: *\nDisallow: ${rule}`, 'x').allows(target)).toBe(
            !expected.test(target),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});
