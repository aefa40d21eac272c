import type { INestApplicationContext } from '@nestjs/common';
import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import { Metrics } from './metrics.ts';
import { isReady, Readiness, type ReadyState } from './readiness.ts';

export type Reported = MetricObjectWithValues<MetricValue<string>>[];

/** What a process says of itself when it is asked, in a form that goes from process to process. */
export interface Answers {
  live: true;
  ready: ReadyState & { isReady: boolean };
  metrics: Reported;
}

export type Question = keyof Answers;

export interface SelfReport {
  answer<Q extends Question>(question: Q): Promise<Answers[Q]>;
}

/** Of one process. */
export function selfReportOf(app: INestApplicationContext): SelfReport {
  const readiness = app.get(Readiness);
  const { registry } = app.get(Metrics);
  const answers: { [Q in Question]: () => Promise<Answers[Q]> } = {
    live: () => Promise.resolve(true),
    ready: async () => {
      const state = await readiness.check();
      return { ...state, isReady: isReady(state) };
    },
    metrics: async () => registry.getMetricsAsJSON(),
  };
  return { answer: (question) => answers[question]() };
}
