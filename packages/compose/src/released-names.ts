/** The network, as the released file calls it, in which both colours of every routed service have their addresses. */
export const stackNetwork = 'switchyard';

/** The service that stands before a routed one and has its ports and its names. */
export function switchServiceOf(service: string): string {
  return `${service}-switch`;
}
