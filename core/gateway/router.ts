import type { CallOrigin, Model, ModelEvent, ModelRequest, ModelTier, RouteHints } from './model.js';

/** What makes a task hard; each signal is 0 to 1. */
export interface ComplexitySignals {
  length: number;
  /** Compare, explain why, plan, design: more than looking something up. */
  reasoning: number;
  /** How many things are asked at once. */
  asks: number;
  tools: number;
  code: number;
  history: number;
}

export interface RouterOptions {
  weights: ComplexitySignals;
  /** Scores from which on a tier is picked. */
  standardFrom: number;
  heavyFrom: number;
  /** `observe`: the caller's tier holds, what would have been picked is only told. */
  mode: 'route' | 'observe';
}

export const DEFAULT_ROUTER: RouterOptions = {
  weights: { length: 0.2, reasoning: 0.35, asks: 0.15, tools: 0.15, code: 0.2, history: 0.1 },
  standardFrom: 0.15,
  heavyFrom: 0.5,
  mode: 'route',
};

export interface Routing {
  tier: ModelTier;
  score: number;
  signals: ComplexitySignals;
  /** What moved it away from the score's own tier. */
  because: ('budget' | 'failed-verification')[];
}

const REASONING =
  /\b(?:why|compare|comparison|versus|vs|explain|analy[sz]e|evaluate|design|plan|strategy|trade-?offs?|recommend|prove|derive|refactor|debug|root cause|implications?|pros and cons|warum|vergleiche?|erkläre?|analysiere?|bewerte|entwirf|plane|pourquoi|compar(?:er|ez|e)|expliqu(?:er|ez|e)|por qué|explica|compara)\b/giu;
const CODE =
  /```|\b(?:function|class|const|import|SELECT|stack ?trace|exception|regex|TypeError)\b|[{};]\s*\n|=>/gu;
const ASKS =
  /\?|(?:^|\n)\s*(?:[-*]|\d+[.)])\s|\b(?:and also|as well as|then|außerdem|danach|ensuite|además)\b/giu;

/** How hard a task looks, 0 to 1, from its words alone: it costs microseconds. */
export function complexityOf(
  { text, historyTurns = 0, toolsNeeded = 0 }: RouteHints,
  weights: ComplexitySignals = DEFAULT_ROUTER.weights,
): { score: number; signals: ComplexitySignals } {
  const words = text.split(/\s+/).filter(Boolean).length;
  const hits = (pattern: RegExp): number => text.slice(0, 20_000).match(pattern)?.length ?? 0;
  const upTo = (count: number, full: number): number => Math.min(1, Math.max(0, count) / full);
  const signals: ComplexitySignals = {
    length: upTo(words - 8, 120),
    reasoning: upTo(hits(REASONING), 2),
    asks: upTo(hits(ASKS) - 1, 3),
    tools: upTo(toolsNeeded, 3),
    code: upTo(hits(CODE), 2),
    history: upTo(historyTurns, 12),
  };
  const names = Object.keys(signals) as (keyof ComplexitySignals)[];
  const score = names.reduce((sum, name) => sum + signals[name] * weights[name], 0);
  return { score: Math.min(1, score), signals };
}

const TIERS: readonly ModelTier[] = ['light', 'standard', 'heavy'];

export const lowerTier = (one: ModelTier, other: ModelTier): ModelTier =>
  TIERS.indexOf(one) < TIERS.indexOf(other) ? one : other;

/** The tier for a task: by its score, one higher for each answer that was found wrong, never above what budgets allow. */
export function routeOf(hints: RouteHints, options: RouterOptions, highest: ModelTier = 'heavy'): Routing {
  const { score, signals } = complexityOf(hints, options.weights);
  const byScore = score >= options.heavyFrom ? 2 : score >= options.standardFrom ? 1 : 0;
  const raised = Math.min(2, byScore + (hints.failedVerifications ?? 0));
  const allowed = Math.min(raised, TIERS.indexOf(highest));
  return {
    tier: TIERS[allowed] ?? 'light',
    score,
    signals,
    because: [
      ...(raised > byScore ? ['failed-verification' as const] : []),
      ...(allowed < raised ? ['budget' as const] : []),
    ],
  };
}

export interface RoutingDependencies {
  options: RouterOptions;
  /** The highest tier that budgets and policy leave for this call. */
  highestTier?(origin: CallOrigin): ModelTier;
  /** Told of every choice, also of those that were only observed. */
  onRoute?(routing: Routing, request: ModelRequest): void;
}

/** Sends a request that carries hints to the tier that fits it. */
export function withRouting(inner: Model, { options, highestTier, onRoute }: RoutingDependencies): Model {
  const routed = (request: ModelRequest): ModelRequest => {
    if (!request.route) return request;
    const routing = routeOf(request.route, options, highestTier?.(request.origin));
    onRoute?.(routing, request);
    return options.mode === 'observe' ? request : { ...request, tier: routing.tier };
  };
  return {
    name: inner.name,
    generate: async (request) => inner.generate(routed(request)),
    async *stream(request): AsyncIterable<ModelEvent> {
      yield* inner.stream(routed(request));
    },
  };
}
