/** What a site's robots.txt allows us. */
export interface RobotsRules {
  allows(path: string): boolean;
  /** Seconds between two requests that the site asks for. */
  crawlDelay: number;
}

export const EVERYTHING_ALLOWED: RobotsRules = { allows: () => true, crawlDelay: 0 };
export const NOTHING_ALLOWED: RobotsRules = { allows: () => false, crawlDelay: 0 };

interface Rule {
  allow: boolean;
  path: string;
}

const MAX_BYTES = 500 * 1024;

/**
 * Reads robots.txt (RFC 9309): the group of the agent, else of `*`; the longest matching rule decides, `Allow` on a tie;
 * `*` and a closing `$` are honoured. `Crawl-delay`, which the RFC does not know, is honoured too.
 */
export function parseRobots(source: string, agent: string): RobotsRules {
  const groups = new Map<string, { rules: Rule[]; delay: number }>();
  let named: string[] = [];
  let inRules = false;
  for (const line of source.slice(0, MAX_BYTES).split(/\r\n?|\n/)) {
    const [, key = '', value = ''] = /^\s*([A-Za-z-]+)\s*:\s*([^#]*)/.exec(line) ?? [];
    const name = key.toLowerCase();
    if (name === 'user-agent') {
      if (inRules) named = [];
      inRules = false;
      named.push(value.trim().toLowerCase());
      for (const one of named) if (!groups.has(one)) groups.set(one, { rules: [], delay: 0 });
    } else if (name === 'allow' || name === 'disallow' || name === 'crawl-delay') {
      inRules = true;
      for (const one of named) addRule(groups.get(one), name, value.trim());
    }
  }
  const group = groups.get(agent.toLowerCase()) ?? groups.get('*');
  if (!group) return EVERYTHING_ALLOWED;
  return { allows: (path) => decide(group.rules, path), crawlDelay: group.delay };
}

function addRule(group: { rules: Rule[]; delay: number } | undefined, name: string, value: string): void {
  if (!group) return;
  if (name === 'crawl-delay') group.delay = Math.max(0, Number(value) || 0);
  else if (value) group.rules.push({ allow: name === 'allow', path: value });
}

function decide(rules: Rule[], path: string): boolean {
  let best: Rule | undefined;
  for (const rule of rules) {
    if (!matches(rule.path, path)) continue;
    const longer = !best || rule.path.length > best.path.length;
    if (longer || (rule.path.length === best?.path.length && rule.allow)) best = rule;
  }
  return best?.allow ?? true;
}

/** Matches without regular expressions: a pattern from outside must not cost more than its length. */
function matches(pattern: string, path: string): boolean {
  const closed = pattern.endsWith('$');
  const parts = (closed ? pattern.slice(0, -1) : pattern).split('*');
  const first = parts[0] ?? '';
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const [position, part] of parts.slice(1).entries()) {
    const isLast = position === parts.length - 2;
    if (closed && isLast) return path.length - part.length >= at && path.endsWith(part);
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return !closed || at === path.length;
}
