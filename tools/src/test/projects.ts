import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkout } from '../env.ts';

export const apiEndToEnd = 'apps/api-e2e';
export const browserEndToEnd = 'apps/web-e2e';
/** Too long for npm test, and not part of it. */
export const deployEndToEnd = 'apps/deploy-e2e';

/** Every project with a jest configuration, but for the e2e suites. */
export function unitProjects(): string[] {
  const configs = globSync(['{apps,libs}/*/jest.config.mjs', '{tools,loadtest}/jest.config.mjs'], { cwd: checkout });
  return configs
    .map(dirname)
    .filter((project) => !project.endsWith('-e2e'))
    .sort();
}

/** The test files, below the checkout, whose path matches. */
export function specsMatching(filter: string, projects = [...unitProjects(), apiEndToEnd, browserEndToEnd]): string[] {
  const pattern = new RegExp(filter, 'i');
  return projects
    .flatMap((project) => globSync(join(project, 'src/**/*.spec.ts'), { cwd: checkout }))
    .filter((file) => pattern.test(file))
    .sort();
}
