import { type Fact, entityKey } from './fact.js';

/** One step of a way through the graph; `backwards` reads the fact from its object to its subject. */
export interface GraphStep {
  fact: Fact;
  backwards: boolean;
}

/** A way from an entity to another, with a fact, and so a passage, for each step. */
export interface GraphPath {
  from: string;
  to: string;
  steps: GraphStep[];
}

export interface GraphQuery {
  /** Names of entities, or a text that mentions some. */
  from: string;
  /** Only ways that end here. */
  to?: string;
  /** Only last steps of this relation, such as `owner`. */
  relation?: string;
  /** Facts in a row, at most 4. */
  hops: number;
  limit: number;
  /** Asked for the document of every fact: no way leads through what may not be read. */
  mayRead: (documentId: string) => boolean;
}

export interface KnowledgeGraph {
  put(documentId: string, facts: Fact[]): void;
  remove(documentId: string): void;
  factsOf(documentId: string): Fact[];
  /** Entities that a text mentions, the longest names first. */
  entitiesIn(text: string, mayRead: (documentId: string) => boolean): string[];
  /** Ways from the entities, the shortest first. */
  query(query: GraphQuery): GraphPath[];
  readonly size: { entities: number; facts: number };
}

const MAX_HOPS = 4;
/** An entity that everything hangs on connects nothing. */
const MAX_DEGREE = 60;
const MAX_NAME_WORDS = 8;

interface Edge extends GraphStep {
  to: string;
}

/** The facts of one tenant in memory, by entity in both directions. */
export function createKnowledgeGraph(): KnowledgeGraph {
  const byDocument = new Map<string, Fact[]>();
  const edges = new Map<string, Edge[]>();
  let facts = 0;

  const connect = (from: string, edge: Edge): void => {
    const known = edges.get(from);
    if (known) known.push(edge);
    else edges.set(from, [edge]);
  };
  const disconnect = (key: string, documentId: string): void => {
    const left = (edges.get(key) ?? []).filter((edge) => edge.fact.documentId !== documentId);
    if (left.length > 0) edges.set(key, left);
    else edges.delete(key);
  };
  const remove = (documentId: string): void => {
    const known = byDocument.get(documentId) ?? [];
    for (const { subject, object } of known) {
      disconnect(entityKey(subject), documentId);
      disconnect(entityKey(object), documentId);
    }
    facts -= known.length;
    byDocument.delete(documentId);
  };
  const readable = (key: string, mayRead: GraphQuery['mayRead']): Edge[] =>
    (edges.get(key) ?? []).filter((edge) => mayRead(edge.fact.documentId));

  const isReadable = (key: string, mayRead: GraphQuery['mayRead']): boolean =>
    edges.get(key)?.some((edge) => mayRead(edge.fact.documentId)) ?? false;

  const entitiesIn = (text: string, mayRead: GraphQuery['mayRead']): string[] => {
    const words = entityKey(text.replace(/[?!.,;:()]/g, ' ')).split(' ');
    const found: string[] = [];
    const taken = new Set<number>();
    const isAnyTaken = (from: number, end: number): boolean => {
      for (let place = from; place < end; place += 1) if (taken.has(place)) return true;
      return false;
    };
    for (let length = Math.min(MAX_NAME_WORDS, words.length); length > 0; length -= 1) {
      for (let at = 0; at + length <= words.length; at += 1) {
        if (isAnyTaken(at, at + length)) continue;
        const name = words.slice(at, at + length).join(' ');
        const key = isReadable(name, mayRead) ? name : singular(name);
        if (!isReadable(key, mayRead) || (length === 1 && !/[\p{L}]{3}|\d{3}/u.test(key))) continue;
        found.push(key);
        for (let place = at; place < at + length; place += 1) taken.add(place);
      }
    }
    return found;
  };

  return {
    put(documentId, own) {
      remove(documentId);
      byDocument.set(documentId, own);
      facts += own.length;
      for (const fact of own) {
        const [subject, object] = [entityKey(fact.subject), entityKey(fact.object)];
        connect(subject, { fact, backwards: false, to: object });
        connect(object, { fact, backwards: true, to: subject });
      }
    },
    remove,
    factsOf: (documentId) => byDocument.get(documentId) ?? [],
    entitiesIn,
    query({ from, to, relation, hops, limit, mayRead }) {
      const goal = to === undefined ? undefined : entityKey(to);
      const wanted = relation?.toLowerCase();
      const found: GraphPath[] = [];
      for (const start of entitiesIn(from, mayRead)) {
        const reached = new Set([start]);
        let front: { at: string; steps: GraphStep[] }[] = [{ at: start, steps: [] }];
        for (let hop = 0; hop < Math.min(hops, MAX_HOPS) && front.length > 0; hop += 1) {
          const next: typeof front = [];
          for (const { at, steps } of front) {
            const outgoing = readable(at, mayRead);
            if (hop > 0 && outgoing.length > MAX_DEGREE) continue;
            for (const { fact, backwards, to: neighbour } of outgoing) {
              if (reached.has(neighbour)) continue;
              const way = [...steps, { fact, backwards }];
              const fits =
                (goal === undefined || neighbour === goal) && (!wanted || fact.relation === wanted);
              if (fits) found.push({ from: start, to: neighbour, steps: way });
              next.push({ at: neighbour, steps: way });
            }
          }
          for (const { at } of next) reached.add(at);
          front = next;
        }
      }
      return found.sort((a, b) => a.steps.length - b.steps.length).slice(0, limit);
    },
    get size() {
      return { entities: edges.size, facts };
    },
  };
}

const singular = (name: string): string => name.replace(/([^s])s$/, '$1');
