/** What Compose takes as a service's name. */
export function isServiceName(text: string): boolean {
  return /^[a-zA-Z0-9._-]{1,200}$/.test(text);
}
