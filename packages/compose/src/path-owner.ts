/** Paths that Compose takes on the server, whatever the checkout holds: absolute ones and those of its user's home. */
export function isElsewhere(path: string): boolean {
  return /^(?:[/~]|[A-Za-z]:[\\/]|\\\\)/.test(path);
}

/** What Compose fetches itself, for `include` and `extends`. */
export function isRemote(path: string): boolean {
  return /^(?:(?:oci|git|ssh|https?):\/\/|git@|github\.com\/)/.test(path);
}
