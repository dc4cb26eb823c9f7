export type * from './resolved-project.ts';
