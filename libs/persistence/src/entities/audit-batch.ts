import { Entity, PrimaryColumn } from 'typeorm';

/**
 * The key of a statement that wrote audit entries, in the same transaction: it says that they are there when the answer
 * to the statement was lost. Begins with the time, so that old ones are a range.
 */
@Entity('audit_batches')
export class AuditBatch {
  @PrimaryColumn({ name: 'batch_key', type: 'binary', length: 16 })
  batchKey!: Buffer;
}
