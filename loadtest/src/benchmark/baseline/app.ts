/**
 * The same journey as Nest's documentation would lead a team to build it: TypeORM repositories, one `save` for each
 * person, a count over the table for the total, and a message to every client at each check-in. No cache, no queue.
 */
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { Body, Controller, Get, Headers, HttpCode, Inject, Module, Param, Post, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { WsAdapter } from '@nestjs/platform-ws';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { WebSocketGateway, WebSocketServer, type OnGatewayConnection } from '@nestjs/websockets';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Repository } from 'typeorm';
import type { WebSocket, WebSocketServer as Server } from 'ws';
import { serve } from '../../processes/serve.ts';
import { Attendance, User } from './tables.ts';

export type BaselineCalls = typeof calls;

const eventId = 1;
const by = (id: number) => ({ id, displayName: 'A Student' });
const image = randomBytes(64 * 1024);
const stream = { url: '/demo-stream/live.m3u8', fallbackUrl: null };
const timesOfEvent = (() => {
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  return { preparesAt: at(-25), opensAt: at(-10), startsAt: at(-5), endsAt: at(240), closesAt: at(300) };
})();
let hasEnded = false;
let seq = 0;

@WebSocketGateway({ path: '/api/live' })
class LiveGateway implements OnGatewayConnection {
  @WebSocketServer()
  private readonly server!: Server;

  @InjectRepository(Attendance)
  private readonly attendances!: Repository<Attendance>;

  async handleConnection(client: WebSocket): Promise<void> {
    client.on('error', () => undefined);
    client.send(JSON.stringify({ type: 'counts', eventId, ...(await this.counts()), seq: ++seq }));
  }

  async counts() {
    const checkedIn = await this.attendances.count({ where: { eventId } });
    return { checkedIn, checkedOut: 0, watching: this.server.clients.size };
  }

  emit(message: object): void {
    const text = JSON.stringify(message);
    for (const client of this.server.clients) client.send(text);
  }
}

@Controller('api')
class AttendanceController {
  @InjectRepository(User)
  private readonly users!: Repository<User>;

  @InjectRepository(Attendance)
  private readonly attendances!: Repository<Attendance>;

  @Inject(LiveGateway)
  private readonly live!: LiveGateway;

  @Post('session')
  @HttpCode(200)
  async signIn(@Body() { username }: { username: string }, @Res({ passthrough: true }) reply: FastifyReply) {
    const user = await this.users.findOneByOrFail({ username });
    void reply.header('set-cookie', `exco_session=${user.id}; Path=/; HttpOnly; SameSite=Lax`);
    return { user: { ...by(user.id), classes: [{ id: user.classId, name: '7B' }] } };
  }

  @Get('events/:id')
  async event(@Headers('cookie') cookie: string) {
    const mine = await this.attendances.findOneBy({ eventId, userId: actorOf(cookie) });
    const attendance = mine && {
      checkedInAt: mine.checkedInAt.toISOString(),
      checkedInBy: by(mine.checkedInBy),
      checkedOutAt: mine.checkedOutAt?.toISOString() ?? null,
      checkedOutBy: null,
      committed: true,
      revision: 1,
    };
    return { ...(await this.summary()), attendance, attendanceRevision: 0 };
  }

  @Get('events/:id/classmates')
  async classmates(@Headers('cookie') cookie: string) {
    const me = await this.users.findOneByOrFail({ id: actorOf(cookie) });
    const all = await this.users.findBy({ classId: me.classId });
    const present = new Set((await this.attendances.findBy({ eventId })).map(({ userId }) => userId));
    return all
      .filter(({ id }) => id !== me.id)
      .map(({ id }) => ({ ...by(id), className: '7B', checkedIn: present.has(id) }));
  }

  @Post('events/:id/digit-checks')
  @HttpCode(200)
  async checkDigits(@Body() { checks }: { checks: { userId: number; digits: string }[] }) {
    const results = [];
    for (const { userId, digits } of checks) {
      const { username } = await this.users.findOneByOrFail({ id: userId });
      results.push({ userId, outcome: username.endsWith(digits) ? 'match' : 'wrong-digits' });
    }
    return { results };
  }

  @Post('events/:id/check-ins')
  @HttpCode(200)
  async checkIn(@Headers('cookie') cookie: string, @Body() { classmates }: { classmates: { userId: number }[] }) {
    const actor = actorOf(cookie);
    const results = [];
    for (const userId of [actor, ...classmates.map((one) => one.userId)]) {
      const known = await this.attendances.findOneBy({ eventId, userId });
      const row =
        known ??
        (await this.attendances
          .save({ eventId, userId, checkedInAt: new Date(), checkedInBy: actor, checkedOutAt: null })
          .catch(() => this.attendances.findOneByOrFail({ eventId, userId })));
      results.push({
        userId,
        outcome: known ? 'already-checked-in' : 'checked-in',
        checkedInAt: row.checkedInAt.toISOString(),
        checkedInBy: by(row.checkedInBy),
      });
    }
    this.live.emit({ type: 'counts', eventId, ...(await this.live.counts()), seq: ++seq });
    return { committed: true, results, stream };
  }

  @Get('events/:id/check-outs')
  async group(@Headers('cookie') cookie: string) {
    const rows = await this.attendances.findBy({ eventId, checkedInBy: actorOf(cookie) });
    return rows.map(({ userId, checkedInAt }) => ({
      userId,
      displayName: 'A Student',
      checkedInAt: checkedInAt.toISOString(),
      checkedOutAt: null,
    }));
  }

  @Post('events/:id/check-outs')
  @HttpCode(200)
  async checkOut(@Body() { userIds }: { userIds: number[] }) {
    const results = [];
    for (const userId of userIds) {
      const row = await this.attendances.findOneBy({ eventId, userId });
      if (!row) continue;
      row.checkedOutAt = new Date();
      await this.attendances.save(row);
      results.push({ userId, outcome: 'checked-out', checkedOutAt: row.checkedOutAt.toISOString() });
    }
    return { committed: true, results };
  }

  @Get('events/:id/stream')
  stream() {
    return stream;
  }

  @Get('connection-test/:kilobytes')
  image(@Param('kilobytes') kilobytes: string, @Res() reply: FastifyReply) {
    void reply.type('image/png').send(kilobytes === '64' ? image : Buffer.alloc(Number(kilobytes) * 1024, image));
  }

  @Post('admin/events')
  async create() {
    hasEnded = false;
    await this.attendances.clear();
    return this.adminEvent();
  }

  @Post('admin/events/:id/end')
  @HttpCode(200)
  async end(@Req() _request: FastifyRequest) {
    hasEnded = true;
    this.live.emit({ type: 'event', event: await this.summary() });
    return this.adminEvent();
  }

  private async adminEvent() {
    return { ...(await this.summary()), streamUrl: stream.url, fallbackStreamUrl: null, classIds: null };
  }

  private async summary() {
    return {
      id: eventId,
      title: 'Baseline',
      state: hasEnded ? 'ended' : 'live',
      ...timesOfEvent,
      minimumKbps: 500,
      serverTime: new Date().toISOString(),
      revision: 1,
      counts: await this.live.counts(),
    };
  }
}

const actorOf = (cookie = '') => Number(/exco_session=(\d+)/.exec(cookie)?.[1] ?? 0);

const calls = {
  /** @returns its port */
  listen: async ({
    socketPath,
    users,
  }: {
    socketPath: string;
    users: { id: number; username: string; classId: number }[];
  }): Promise<number> => {
    @Module({
      imports: [
        TypeOrmModule.forRoot({
          type: 'mysql',
          socketPath,
          username: 'root',
          database: 'baseline',
          entities: [User, Attendance],
          synchronize: true,
          timezone: 'Z',
        }),
        TypeOrmModule.forFeature([User, Attendance]),
      ],
      controllers: [AttendanceController],
      providers: [LiveGateway],
    })
    class BaselineModule {}

    const app = await NestFactory.create<NestFastifyApplication>(BaselineModule, new FastifyAdapter(), {
      logger: ['error'],
    });
    app.useWebSocketAdapter(new WsAdapter(app));
    await app.listen(0, '127.0.0.1');
    const { getRepositoryToken } = await import('@nestjs/typeorm');
    await app.get<Repository<User>>(getRepositoryToken(User)).save(users, { chunk: 1_000 });
    return Number(new URL(await app.getUrl()).port);
  },
};

serve(calls);
