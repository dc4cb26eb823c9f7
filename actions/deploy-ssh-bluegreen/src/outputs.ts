/** The outputs of action.yml. */
export const outputNames = [
  'release',
  'previous-release',
  'image-digest',
  'container',
  'color',
  'url',
  'switched',
  'rolled-back',
  'reason',
  'switch-ms',
  'duration-ms',
  'verdict',
] as const;

export type OutputName = (typeof outputNames)[number];
