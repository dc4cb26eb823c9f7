import { address } from './address.ts';

/** Says which server an error is about. */
export function subjectOf(role: 'server' | 'jump host', host: string, port: number): string {
  return `the ${role} ${address(host, port)}`;
}

export function capitalised(subject: string): string {
  return subject.charAt(0).toUpperCase() + subject.slice(1);
}
