/** Files on their way to the disk. */
export class Writing {
  private readonly files: Promise<void>[] = []

  push(file: Promise<void>): void {
    // Where the picture fails first, nobody asks any more what became of this one.
    file.catch(() => undefined)
    this.files.push(file)
  }

  /** Throws what went wrong with the first that could not be written. */
  async done(): Promise<void> {
    await Promise.all(this.files)
  }
}
