import type { Model, ModelEvent, ModelRequest } from '../model.js';

export interface Deployment {
  model: Model;
  /** Share of the calls beside the others; 1 unless told. */
  weight?: number;
  /** False while it should not be asked first. */
  admits?(request: ModelRequest): boolean;
}

/**
 * Orders deployments of one provider for a call: the one with the least work for its weight first, those that rest last.
 * The returned models count the work that they do.
 */
export function createBalancer(deployments: Deployment[]): (request: ModelRequest) => Model[] {
  const counted = deployments.map((deployment) => {
    const work = { running: 0, begun: 0 };
    return { ...deployment, work, model: counting(deployment.model, work) };
  });
  return (request) => {
    const load = ({ work, weight = 1 }: (typeof counted)[number]): [number, number] => [
      work.running / weight,
      work.begun / weight,
    ];
    const rests = ({ admits }: (typeof counted)[number]): number => Number(admits ? !admits(request) : false);
    return [...counted]
      .sort((a, b) => {
        const [runningA, begunA] = load(a);
        const [runningB, begunB] = load(b);
        return rests(a) - rests(b) || runningA - runningB || begunA - begunB;
      })
      .map(({ model }) => model);
  };
}

function counting(inner: Model, work: { running: number; begun: number }): Model {
  const begin = (): void => {
    work.running += 1;
    work.begun += 1;
  };
  return {
    name: inner.name,
    generate: async (request) => {
      begin();
      try {
        return await inner.generate(request);
      } finally {
        work.running -= 1;
      }
    },
    async *stream(request): AsyncIterable<ModelEvent> {
      begin();
      try {
        yield* inner.stream(request);
      } finally {
        work.running -= 1;
      }
    },
  };
}
