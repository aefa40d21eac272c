import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { Metrics } from '../observability/metrics.ts';
import { administration } from './administration.ts';
import { PacketPool } from './packet-pool.ts';

/** mysql2 counts its connections, and tells nobody. */
interface Mysql2Pool {
  _allConnections: { length: number };
  _freeConnections: { length: number };
  _connectionQueue: { length: number };
  config: { connectionLimit: number };
}

/** How many connections to the database are in use, of every pool of this process. */
@Injectable()
export class PoolMetrics implements OnApplicationBootstrap {
  private readonly pools = new Map<string, Mysql2Pool>();

  constructor(
    private readonly discovery: DiscoveryService,
    { registry }: Metrics,
  ) {
    const { pools } = this;
    const gauge = (name: string, help: string, read: (pool: Mysql2Pool) => number) =>
      new Gauge({
        name,
        help,
        labelNames: ['pool'] as const,
        registers: [registry],
        collect() {
          for (const [pool, of] of pools) this.set({ pool }, read(of));
        },
      });
    gauge(
      'exco_database_connections_in_use',
      'Connections to the database that are at work.',
      (pool) => pool._allConnections.length - pool._freeConnections.length,
    );
    gauge(
      'exco_database_connections_limit',
      'As many connections as the pools may open.',
      (pool) => pool.config.connectionLimit,
    );
    gauge(
      'exco_database_connections_awaited',
      'Statements that wait for a free connection.',
      (pool) => pool._connectionQueue.length,
    );
  }

  onApplicationBootstrap(): void {
    for (const { instance, token } of this.discovery.getProviders()) {
      const found = instance as unknown;
      if (found instanceof DataSource)
        this.pools.set(
          token === getDataSourceToken(administration) ? administration : 'requests',
          (found.driver as unknown as { pool: Mysql2Pool }).pool,
        );
      if (found instanceof PacketPool) this.pools.set('batches', found.underlying as unknown as Mysql2Pool);
    }
  }
}
