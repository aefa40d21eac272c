import { HashCounts, hashOf, slotsFor } from './hashes.ts';
import { byName, typed, type ClassRoster, type Student } from './student.ts';
import { TextStore } from './text-store.ts';
import { sortedInTurns, Turns } from './turns.ts';

/** Students who were asked about are kept as objects: all of a usual roster, and of a huge one those who come. */
const mostKept = 100_000;
const stepsBetweenLooks = 1_000;
/** Members of a class that are sorted in one turn of the loop: some milliseconds. */
const mostSortedAtOnce = 1_000;
const byDisplayName = new Intl.Collator();

/** The text of a student: the username, and right behind it the display name. */
interface Columns {
  /** Ascending. */
  ids: Uint32Array;
  textAt: Uint32Array;
  usernameBytes: Uint16Array;
  nameBytes: Uint16Array;
}

/** Numbers that grow in number, without a copy for each. */
class Numbers {
  private all = new Uint32Array(1_024);
  length = 0;

  push(value: number): void {
    if (this.length === this.all.length) {
      const larger = new Uint32Array(this.all.length * 2);
      larger.set(this.all);
      this.all = larger;
    }
    this.all[this.length++] = value;
  }

  values(): Uint32Array {
    return this.all.subarray(0, this.length);
  }
}

class TableClass implements ClassRoster {
  private sorted = false;

  constructor(
    readonly id: number,
    readonly name: string,
    private readonly index: number,
    private readonly rowsOfClasses: Grouped,
    private readonly table: RosterTable,
  ) {}

  get size(): number {
    return this.rows.length;
  }

  /** Of the table. A view is made when it is asked for: thirty thousand of them would take a long turn. */
  get rows(): Uint32Array {
    return groupAt(this.rowsOfClasses, this.index);
  }

  /** One after the other: whoever needs a few hundred of a class of the whole school makes no more of them. */
  *members(): Generator<Student> {
    if (!this.sorted) this.take(this.named().sort(alphabetically));
    for (const row of this.rows) yield this.table.at(row);
  }

  /** As the first who asks for members would, but in short turns. */
  async sort(): Promise<void> {
    this.take(await sortedInTurns(this.named(), alphabetically));
  }

  private named(): NamedRow[] {
    return Array.from(this.rows, (row) => ({ row, name: this.table.displayName(row) }));
  }

  private take(order: readonly NamedRow[]): void {
    this.rows.set(order.map(({ row }) => row));
    this.sorted = true;
  }
}

interface NamedRow {
  row: number;
  name: string;
}

const alphabetically = (one: NamedRow, other: NamedRow) => byDisplayName.compare(one.name, other.name);

/** What a builder hands over. */
interface Parts {
  revision: number;
  columns: Columns;
  texts: TextStore;
  /** Slots of a hash table of usernames as typed: the row, or -1. */
  names: Int32Array;
  stems: HashCounts;
  classNames: readonly { id: number; name: string }[];
  rowsOfClasses: Grouped;
  classesOfRows: Grouped;
}

/** A roster as it was read once: columns of numbers and texts, so that a million students are some dozen megabytes. */
export class RosterTable {
  private readonly kept = new Map<number, Student>();
  private readonly columns: Columns;
  private readonly texts: TextStore;
  private readonly names: Int32Array;
  private readonly stems: HashCounts;
  private readonly classesOfRows: Grouped;
  private readonly classList: readonly TableClass[];
  readonly revision: number;
  /** By name, as a person would look for one. */
  classes: readonly ClassRoster[] = [];

  constructor({ revision, columns, texts, names, stems, classNames, rowsOfClasses, classesOfRows }: Parts) {
    this.revision = revision;
    this.columns = columns;
    this.texts = texts;
    this.names = names;
    this.stems = stems;
    this.classesOfRows = classesOfRows;
    this.classList = classNames.map(({ id, name }, index) => new TableClass(id, name, index, rowsOfClasses, this));
  }

  /** Once, before anybody asks. A usual class sorts its members when they are asked for. */
  async sortClasses(): Promise<void> {
    this.classes = await sortedInTurns(this.classList, byName);
    for (const section of this.classList) if (section.size > mostSortedAtOnce) await section.sort();
  }

  get size(): number {
    return this.columns.ids.length;
  }

  /** @param row that exists */
  at(row: number): Student {
    const { ids, textAt, usernameBytes } = this.columns;
    const id = ids[row] ?? 0;
    const known = this.kept.get(id);
    if (known) return known;
    const [at, length] = [textAt[row] ?? 0, usernameBytes[row] ?? 0];
    const student: Student = {
      id,
      displayName: this.displayName(row),
      digits: this.texts.read(at, length).slice(-4),
      classes: Array.from(groupAt(this.classesOfRows, row), (index) => this.classList[index]).filter(
        (one) => one !== undefined,
      ),
    };
    if (this.kept.size >= mostKept) this.kept.clear();
    this.kept.set(id, student);
    return student;
  }

  student(id: number): Student | undefined {
    const known = this.kept.get(id);
    if (known) return known;
    const row = rowOf(this.columns.ids, id);
    return row < 0 ? undefined : this.at(row);
  }

  /** Exactly as written, or as a phone may write it where that leaves only one. */
  known(username: string): Student | undefined {
    const exact = username.trim();
    const wanted = typed(username);
    const mask = this.names.length - 1;
    let only: number | null = null;
    let several = false;
    for (let slot = hashOf(wanted) & mask; ; slot = (slot + 1) & mask) {
      const row = this.names[slot] ?? -1;
      if (row < 0) break;
      const name = this.username(row);
      if (name === exact) return this.at(row);
      if (typed(name) !== wanted) continue;
      several = only !== null;
      only = row;
    }
    return only === null || several ? undefined : this.at(only);
  }

  /** How many usernames are the same as this one but for their last four characters. */
  sharingStem(username: string): number {
    return this.stems.of(typed(username).slice(0, -4));
  }

  displayName(row: number): string {
    const { textAt, usernameBytes, nameBytes } = this.columns;
    return this.texts.read((textAt[row] ?? 0) + (usernameBytes[row] ?? 0), nameBytes[row] ?? 0);
  }

  private username(row: number): string {
    return this.texts.read(this.columns.textAt[row] ?? 0, this.columns.usernameBytes[row] ?? 0);
  }
}

/** Binary search; -1 where there is none. */
function rowOf(ids: Uint32Array, id: number): number {
  let [low, high] = [0, ids.length - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = ids[middle] ?? 0;
    if (found === id) return middle;
    if (found < id) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Takes a roster row by row, in short turns of the loop: classes first, students by id, enrolments by class. */
export class RosterTableBuilder {
  private readonly columns: Columns;
  private readonly texts = new TextStore();
  private readonly names: Int32Array;
  private readonly stems: HashCounts;
  private readonly classNames: { id: number; name: string }[] = [];
  private readonly classRows = new Map<number, number>();
  /** Of each enrolment that counts: the class, and the student. */
  private readonly enrolledClass = new Numbers();
  private readonly enrolledRow = new Numbers();
  private count = 0;

  /** @param most students that will be added */
  constructor(most: number) {
    this.columns = {
      ids: new Uint32Array(most),
      textAt: new Uint32Array(most),
      usernameBytes: new Uint16Array(most),
      nameBytes: new Uint16Array(most),
    };
    this.names = new Int32Array(slotsFor(most)).fill(-1);
    this.stems = new HashCounts(most);
  }

  addClass(id: number, name: string): void {
    this.classRows.set(id, this.classNames.length);
    this.classNames.push({ id, name });
  }

  /** @throws RangeError when there are more than was said */
  addStudent(id: number, username: string, displayName: string): void {
    const { ids, textAt, usernameBytes, nameBytes } = this.columns;
    const row = this.count++;
    if (row >= ids.length) throw new RangeError(`more than ${ids.length} students`);
    const { at, bytes } = this.texts.add(username + displayName);
    ids[row] = id;
    textAt[row] = at;
    usernameBytes[row] = Buffer.byteLength(username);
    nameBytes[row] = bytes - Buffer.byteLength(username);
    const name = typed(username);
    const mask = this.names.length - 1;
    let slot = hashOf(name) & mask;
    while ((this.names[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
    this.names[slot] = row;
    this.stems.add(name.slice(0, -4));
  }

  /** Whoever is not on the roster any more may still be in a class, and is left out. */
  addEnrolment(classId: number, userId: number): void {
    const section = this.classRows.get(classId);
    const row = rowOf(this.columns.ids.subarray(0, this.count), userId);
    if (section === undefined || row < 0) return;
    this.enrolledClass.push(section);
    this.enrolledRow.push(row);
  }

  async finish(revision: number): Promise<RosterTable> {
    const turns = new Turns();
    const { count } = this;
    const { ids, textAt, usernameBytes, nameBytes } = this.columns;
    const [sections, rows] = [this.enrolledClass.values(), this.enrolledRow.values()];
    const rowsOfClasses = await grouped(sections, rows, this.classNames.length, turns);
    const classesOfRows = await grouped(rows, sections, count, turns);
    const columns = {
      ids: ids.subarray(0, count),
      textAt: textAt.subarray(0, count),
      usernameBytes: usernameBytes.subarray(0, count),
      nameBytes: nameBytes.subarray(0, count),
    };
    const { texts, names, stems, classNames } = this;
    const table = new RosterTable({
      revision,
      columns,
      texts,
      names,
      stems,
      classNames,
      rowsOfClasses,
      classesOfRows,
    });
    await table.sortClasses();
    return table;
  }
}

/** Values by their group: those of group g stand from `from[g]` to `from[g + 1]`. */
interface Grouped {
  from: Uint32Array;
  values: Uint32Array;
}

function groupAt({ from, values }: Grouped, group: number): Uint32Array {
  return values.subarray(from[group], from[group + 1]);
}

/** Counting sort. @param groups of each value, below `count` */
async function grouped(groups: Uint32Array, values: Uint32Array, count: number, turns: Turns): Promise<Grouped> {
  const from = new Uint32Array(count + 1);
  for (const [index, group] of groups.entries()) {
    from[group + 1] = (from[group + 1] ?? 0) + 1;
    if (index % stepsBetweenLooks === 0) await turns.pause();
  }
  for (let group = 0; group < count; group++) from[group + 1] = (from[group + 1] ?? 0) + (from[group] ?? 0);
  const next = from.slice();
  const sorted = new Uint32Array(values.length);
  for (const [index, group] of groups.entries()) {
    const place = next[group] ?? 0;
    sorted[place] = values[index] ?? 0;
    next[group] = place + 1;
    if (index % stepsBetweenLooks === 0) await turns.pause();
  }
  return { from, values: sorted };
}
