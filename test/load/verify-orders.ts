export interface OrderVerdict {
  /** Confirmed to the client but never applied. */
  lost: string[];
  /** Applied more than once. */
  doubled: string[];
  /** Applied, but the client never got the confirmation: the request has already been counted as failed. */
  unconfirmed: string[];
}

/**
 * Compares the orders that were sent with the file in which the app, in all its versions, writes one line for
 * each order it applies: the id, and after a space whatever it likes. Lines of other runs are ignored.
 */
export function verifyOrders(
  sentIds: readonly string[],
  acknowledgedIds: readonly string[],
  fileText: string,
): OrderVerdict {
  const applied = new Map<string, number>(sentIds.map((id) => [id, 0]));
  for (const line of fileText.split('\n')) {
    const id = line.trim().split(' ', 1)[0] ?? '';
    const count = applied.get(id);
    if (count !== undefined) applied.set(id, count + 1);
  }
  const acknowledged = new Set(acknowledgedIds);
  return {
    lost: acknowledgedIds.filter((id) => (applied.get(id) ?? 0) === 0),
    doubled: sentIds.filter((id) => (applied.get(id) ?? 0) > 1),
    unconfirmed: sentIds.filter((id) => (applied.get(id) ?? 0) > 0 && !acknowledged.has(id)),
  };
}
