import { z } from 'zod';

/** A page of a list that Slack gives in pages, with what stands in it besides the cursor. */
export const pageOf = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.looseObject({
    ...shape,
    response_metadata: z.looseObject({ next_cursor: z.string().nullish() }).nullish(),
  });

interface Paged {
  response_metadata?: { next_cursor?: string | null | undefined } | null | undefined;
}

/**
 * The pages of a list, one after the other; one that is not of its form is undefined, and the last.
 * @param most how many at most; whoever needs the whole list looks for `isLast`.
 * @param call asks for the page at a cursor; the first has none.
 */
export async function* inPages<Page extends Paged>(
  schema: z.ZodType<Page>,
  most: number,
  call: (cursor: string | undefined) => Promise<unknown>,
): AsyncGenerator<{ page: Page | undefined; isLast: boolean }> {
  let cursor: string | undefined;
  for (let at = 0; at < most; at += 1) {
    const { data: page } = schema.safeParse(await call(cursor));
    cursor = page?.response_metadata?.next_cursor || undefined;
    yield { page, isLast: cursor === undefined };
    if (cursor === undefined) return;
  }
}
