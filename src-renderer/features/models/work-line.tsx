import type { ModelWork } from '#shared/schema/model-work'
import { cancelModelWork } from '../../actions/models'
import { Button } from '../../ui/button'
import { Progress } from '../../ui/progress'
import { progressWords, shareOf, workTitle } from './work-words'

/** How far a work on a model is, and the button that stops it. */
export function WorkLine({ work }: { readonly work: Extract<ModelWork, { is: 'running' }> }) {
  return (
    <div className="mt-auto flex flex-col gap-1.5 pt-1" role="status">
      <div className="flex items-center justify-between gap-2">
        <span className="font-medium">{workTitle(work)}</span>
        <Button onClick={() => void cancelModelWork()}>Cancel</Button>
      </div>
      <Progress name={`${workTitle(work)}: ${work.model}`} share={shareOf(work.progress)} />
      <p className="text-label break-words text-muted">{progressWords(work.progress)}</p>
    </div>
  )
}
