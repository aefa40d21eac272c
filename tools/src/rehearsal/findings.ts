/** What was looked at: said at once, and counted for the verdict. */
export class Findings {
  private wrongs = 0;

  get areRight(): boolean {
    return this.wrongs === 0;
  }

  right(says: string): void {
    console.log(`✓ ${says}`);
  }

  /** @param todo what puts it right */
  wrong(says: string, todo: string): void {
    this.wrongs++;
    console.log(`✗ ${says}\n    ${todo}`);
  }

  /** Neither: the operator decides. */
  note(says: string): void {
    console.log(`– ${says}`);
  }

  /** @returns whether it is right */
  judge(isRight: boolean, right: string, wrong: string, todo: string): boolean {
    if (isRight) this.right(right);
    else this.wrong(wrong, todo);
    return isRight;
  }
}
