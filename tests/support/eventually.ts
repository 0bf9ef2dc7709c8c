/** Tries until an expectation holds, at most `withinMs`; then its own failure is the test's. */
export async function eventually(expectation: () => Promise<void> | void, withinMs = 5_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await expectation();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
