/**
 * Waits for both. Where one has failed the other is closed again, because nobody else could: it would keep this process
 * alive after the error has been told.
 */
export async function startTogether<A extends AsyncDisposable, B extends AsyncDisposable>(
  one: Promise<A>,
  other: Promise<B>,
): Promise<[A, B]> {
  try {
    return await Promise.all([one, other]);
  } catch (error) {
    for (const started of await Promise.allSettled([one, other])) {
      if (started.status === 'fulfilled') await started.value[Symbol.asyncDispose]();
    }
    throw error;
  }
}
