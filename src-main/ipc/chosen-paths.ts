import { FailureError } from '#shared/ipc/failure'

/** The files and folders that the user chose in a dialog or dropped on the window: the only ones that a window may name. */
export class ChosenPaths {
  private readonly chosen = new Set<string>()

  add(paths: readonly string[]): void {
    for (const path of paths) this.chosen.add(path)
  }

  /** Throws a FailureError naming the field whose path nobody chose. */
  check(path: string, field: string): void {
    if (this.chosen.has(path)) return
    const message = 'This file or folder was not chosen in the dialog.'
    throw new FailureError({ code: 'bad-input', field, message, remedy: 'Choose it again.' })
  }
}
