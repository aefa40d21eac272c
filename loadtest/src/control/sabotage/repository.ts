/** As the API's attendance repository has it. Times are milliseconds since 1970. */
export type CheckInRow = [userId: number, byId: number, at: number, kbps: number, bytes: number];
export type CheckIn = (this: unknown, eventId: number, rows: readonly CheckInRow[]) => Promise<unknown[]>;

export const repository = ['attendance/attendance.repository.js', 'AttendanceRepository', 'checkIn'] as const;
