import type { CedarSource } from './cedar-policy.js';
import type { ApproverClause } from './decision.js';

/** The groups of people that clauses speak of, each once. */
export function groupsOf(clauses: readonly ApproverClause[]): string[] {
  return [...new Set(clauses.flatMap((clause) => (clause.kind === 'group' ? [clause.group] : [])))];
}

/** The groups that policies and approval rules speak of, so that a directory knows whose members to read. */
export function namedGroups({ policies, rules }: Pick<CedarSource, 'policies' | 'rules'>): string[] {
  const inCedar = [...policies.matchAll(/\bGroup::"((?:[^"\\]|\\.)+)"/g)].map(([, name = '']) => name);
  return [...new Set([...groupsOf(rules.flatMap(({ who }) => who)), ...inCedar])].sort();
}
