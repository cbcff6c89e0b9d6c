import type { Failure } from '#shared/ipc/failure'

/** The engine's process ended by itself. `how` is for the details. */
export function crashed(how: string, working: boolean): Failure {
  return {
    code: 'engine-crashed',
    message: working
      ? 'The drawing engine stopped unexpectedly in the middle of a picture.'
      : 'The drawing engine stopped unexpectedly.',
    remedy: working
      ? 'It is starting again. If it stops again, choose a smaller size or close other programs to free memory.'
      : 'It is starting again; nothing is lost.',
    detail: `engine process: ${how}`,
  }
}

/** A file that it had mapped is not what it was: reading on ends a process. `how` is for the details. */
export function changedInUse(file: string, how: string): Failure {
  return {
    code: 'model-changed',
    file,
    message: `The file ${file} changed while in use, which stopped the drawing engine.`,
    remedy: 'It is starting again. If you did not replace the file on purpose, import its model again; then generate once more.',
    detail: `engine process: ${how}`,
  }
}

export function silent(ms: number): Failure {
  return {
    code: 'engine-crashed',
    message: 'The drawing engine did not answer any more and was ended.',
    remedy: 'It is starting again. Generate once more, perhaps at a smaller size.',
    detail: `engine process: no sign of life for ${Math.round(ms / 1000)} s`,
  }
}

export function notStarted(): Failure {
  return {
    code: 'engine-down',
    message: 'The drawing engine does not start.',
    remedy: 'Restart the engine; if it fails again, restart TiM Studio.',
    detail: 'engine process: no first message in time',
  }
}

/** It died too often in a row to be tried again without being asked. */
export function down(last: Failure): Failure {
  return {
    code: 'engine-down',
    message: 'The drawing engine stopped several times in a row and was not started again.',
    remedy: 'Choose a smaller size or close other programs, then restart the engine.',
    detail: last.detail ?? last.message,
  }
}

export function stoppedByCancel(): Failure {
  return { code: 'cancelled', message: 'Cancelled.', remedy: 'Generate again whenever you like.' }
}

/** The studio was closed or died while the job ran. */
export function interrupted(): Failure {
  return {
    code: 'interrupted',
    message: 'TiM Studio ended twice while this was being drawn, so it was not tried again.',
    remedy: 'Generate again, perhaps at a smaller size.',
  }
}
