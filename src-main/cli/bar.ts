import { SingleBar } from 'cli-progress'

/** A progress bar on `stream`, as all commands draw theirs. `format`: as cli-progress reads it. */
export function barOn(stream: NodeJS.WriteStream, format: string): SingleBar {
  return new SingleBar({
    stream,
    format,
    barCompleteChar: '█',
    barIncompleteChar: '·',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    // Ctrl-C is the command's own business.
    gracefulExit: false,
  })
}
