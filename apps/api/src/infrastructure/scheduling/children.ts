import cluster, { type Worker } from 'node:cluster';
import type { Answers, Question, Reported, SelfReport } from '../observability/self-report.ts';
import { summed, type Ask } from '../observability/observation-server.ts';

interface Asked {
  asks: number;
  question: Question;
}

interface Answered {
  answers: number;
  answer: Answers[Question];
}

/** One that does not answer is hung or starting: the figures of the others must not wait for it. */
const patienceMilliseconds = 3_000;

const isAsked = (message: unknown): message is Asked =>
  typeof message === 'object' && message !== null && 'asks' in message;
const isAnswered = (message: unknown): message is Answered =>
  typeof message === 'object' && message !== null && 'answers' in message;

/** In a process below the first one: answers what that asks. */
export function answerParent(report: SelfReport): void {
  process.on('message', (message: unknown) => {
    if (!isAsked(message)) return;
    report.answer(message.question).then(
      (answer) => process.send?.({ answers: message.asks, answer } satisfies Answered),
      (error: unknown) => console.error(error),
    );
  });
}

/** What only ever grows. The counts of a process that has ended still happened: without them the sum would fall. */
const growing = (metrics: Reported) => metrics.filter(({ type }) => ['counter', 'histogram'].includes(String(type)));

/** In the first process: asks those below it. */
export class Children {
  private asks = 0;
  private readonly waiting = new Map<number, (child: Worker, answer: Answered['answer']) => void>();
  private readonly last = new Map<number, Reported>();
  private ended: Reported = [];

  constructor() {
    cluster.on('message', (child, message: unknown) => {
      if (isAnswered(message)) this.waiting.get(message.answers)?.(child, message.answer);
    });
    cluster.on('exit', ({ id }) => void this.keepCountsOf(id));
  }

  readonly ask: Ask = async (question) => {
    const answers = await this.askEach(question);
    if (question !== 'metrics') return answers;
    return [...answers, this.ended as (typeof answers)[number]];
  };

  private async askEach<Q extends Question>(question: Q): Promise<Answers[Q][]> {
    const asked = ++this.asks;
    const children = Object.values(cluster.workers ?? {}).filter((child) => child?.isConnected());
    const answers: Answers[Q][] = [];
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, children.length > 0 ? patienceMilliseconds : 0);
      this.waiting.set(asked, ({ id }, answer) => {
        answers.push(answer as Answers[Q]);
        if (question === 'metrics') this.last.set(id, answer as Reported);
        if (answers.length < children.length) return;
        clearTimeout(timer);
        resolve();
      });
      for (const child of children) child?.send({ asks: asked, question } satisfies Asked);
    });
    this.waiting.delete(asked);
    return answers;
  }

  private async keepCountsOf(id: number): Promise<void> {
    const last = this.last.get(id);
    this.last.delete(id);
    if (last) this.ended = await summed([this.ended, growing(last)]).getMetricsAsJSON();
  }
}
