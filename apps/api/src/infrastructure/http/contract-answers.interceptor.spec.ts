import { StreamableFile, type CallHandler, type ExecutionContext } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { lastValueFrom, of } from 'rxjs';
import { z } from 'zod';
import { ContractAnswers } from './contract-answers.interceptor.ts';

const person = z.object({ id: z.number() });

class People {
  @ApiResponse({ status: 200, standardSchema: person })
  @ApiResponse({ status: 202, standardSchema: z.array(person) })
  documented(): void {
    return;
  }

  undocumented(): void {
    return;
  }
}

function answered(answer: unknown, statusCode = 200, route: keyof People = 'documented'): Promise<unknown> {
  const context = {
    getHandler: () => People.prototype[route],
    switchToHttp: () => ({ getResponse: () => ({ statusCode }) }),
  } as unknown as ExecutionContext;
  return lastValueFrom(new ContractAnswers().intercept(context, { handle: () => of(answer) } as CallHandler));
}

test('an answer by the contract of its status is passed on as it is', async () => {
  const answer = { id: 7, left: undefined };
  expect(await answered(answer)).toBe(answer);
  expect(await answered([{ id: 7 }], 202)).toEqual([{ id: 7 }]);
});

test.each<[string, unknown, number]>([
  ['a field of another type', { id: '7' }, 200],
  ['a missing field', {}, 200],
  ['a field that the contract does not have', { id: 7, username: 'ada0417' }, 200],
  ['the answer of another status', { id: 7 }, 202],
])('refused: %s', async (_, answer, status) => {
  await expect(answered(answer, status)).rejects.toThrow('the answer');
});

test('streams and undocumented answers are not compared', async () => {
  const file = new StreamableFile(Buffer.from('id\n7\n'));
  expect(await answered(file)).toBe(file);
  expect(await answered('anything', 200, 'undocumented')).toBe('anything');
});
