import { Module } from '@nestjs/common';
import { Batcher } from './batcher.ts';
import { CommitModule } from './commit.module.ts';
import { QueueClient } from './queue-client.ts';

/** The API's side of the write path: batcher, queue client, and the committer for when there is no queue. */
@Module({
  imports: [CommitModule],
  providers: [Batcher, QueueClient],
  exports: [Batcher, CommitModule],
})
export class WriteBehindModule {}
