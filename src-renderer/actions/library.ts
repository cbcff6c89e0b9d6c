import { studio } from '../ipc/client'
import { useLibrary } from '../state/library'
import { showProblem } from '../state/problems'
import { useSettings } from '../state/settings'

/** Looks at what the library takes on disk, and at what is missing in it. */
export async function lookAtLibrary(): Promise<void> {
  const answer = await studio.call('library/state')
  if (answer.ok) useLibrary.setState({ library: answer.value })
}

/** Draws the pictures again whose files are gone, or forgets them. */
export async function settleLost(what: 'draw' | 'forget'): Promise<void> {
  const answer = await studio.call('library/lost', { what })
  if (!answer.ok) showProblem('history', answer.failure)
}

/** Lets the artist choose the folder for copies; `every`: all finished pictures go there from now on. */
export async function chooseOutputFolder(every?: boolean): Promise<void> {
  const chosen = await studio.call('downloads/choose-folder')
  if (!chosen.ok) return showProblem('stage', chosen.failure)
  const { folder } = chosen.value
  if (folder !== null) useSettings.setState(({ output }) => ({ output: { ...output, folder, every: every ?? output.every } }))
}
