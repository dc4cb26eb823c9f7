/** The outputs that every action has which brings a release live. */
export const releaseOutputs = [
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

export type ReleaseOutput = (typeof releaseOutputs)[number];
