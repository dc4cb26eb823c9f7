import {
  findRefusals,
  type ImageFacts,
  lineOf,
  planServices,
  type Refusal,
  type ResolvedProject,
  type ServicePlan,
} from '#compose';
import { ExplainedError } from '#explained-error';
import type { StackDeployRequest } from './stack-request.ts';

export class StackRefusal extends ExplainedError {
  override readonly name = 'StackRefusal';
}

export function plansFor(
  project: ResolvedProject,
  request: StackDeployRequest,
  shipped: readonly string[],
  imageFacts: Readonly<Record<string, ImageFacts>>,
): Record<string, ServicePlan> {
  const { serviceOptions: options, splitCommand } = request;
  return planServices(project, { shipped, options, imageFacts, splitCommand });
}

/** @throws StackRefusal with every thing that stops the release, each with its line and what to write instead */
export function refuse(
  request: StackDeployRequest,
  project: ResolvedProject,
  plans: Readonly<Record<string, ServicePlan>>,
  imageFacts: Readonly<Record<string, ImageFacts>>,
): void {
  const found = findRefusals(project, plans, {
    app: request.app,
    shipped: Object.values(plans).flatMap(({ role, service }) => (role === 'kept' ? [] : [service])),
    options: request.serviceOptions,
    imageFacts,
    splitCommand: request.splitCommand,
    givenImages: new Set(request.images.keys()),
    missingPaths: new Set(),
  });
  if (found.length === 0) return;
  const sentences = found.map((refusal) => sentenceOfRefusal(request, refusal));
  throw new StackRefusal(
    sentences.length === 1
      ? (sentences[0] ?? '')
      : [
          `${sentences.length} things in the Compose project stop this release.`,
          ...sentences.map((sentence) => `- ${sentence}`),
        ].join('\n'),
  );
}

function sentenceOfRefusal(request: StackDeployRequest, { path, problem, instead }: Refusal): string {
  return `${whereIs(request, path)}${problem}; ${instead}.`;
}

/** File and line before a sentence; empty where no file says it. */
export function whereIs({ source }: StackDeployRequest, path: readonly string[]): string {
  let place = lineOf(source, path);
  // What a default or another file has set stands nowhere; then the nearest key above it does.
  for (let length = path.length - 1; !place && length > 0; length -= 1) {
    place = lineOf(source, path.slice(0, length));
  }
  return place ? `${place.file}:${place.line}: ` : '';
}
