/** News that a work says while it goes, as a generator yields them: callbacks on one side, `for await` on the other. */
export class NewsQueue<N> {
  private readonly waiting: N[] = []
  private wake: () => void = () => undefined

  /** Says something. */
  say(news: N): void {
    this.waiting.push(news)
    this.wake()
  }

  /** Yields what is said until the work is done, then returns what it found. Throws what it throws. */
  async *during<T>(work: Promise<T>): AsyncGenerator<N, T, undefined> {
    let done = false
    const ended = work.finally(() => {
      done = true
      this.wake()
    })
    // A failure is thrown below, when all that was said before it is told.
    ended.catch(() => undefined)
    for (;;) {
      yield* this.waiting.splice(0)
      if (done) break
      await new Promise<void>((resolve) => {
        this.wake = resolve
        if (done || this.waiting.length > 0) resolve()
      })
    }
    yield* this.waiting.splice(0)
    return ended
  }
}
