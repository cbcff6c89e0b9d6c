import { settleLost } from '../../../actions/library'
import { useLibrary } from '../../../state/library'
import { Button } from '../../../ui/button'

/** Says that pictures have lost their files, and offers what can be done; nothing while none have. */
export function LostNotice() {
  const lost = useLibrary((state) => state.library?.lost ?? 0)
  if (lost === 0) return null
  const what = lost === 1 ? 'One picture has lost its file' : `${lost} pictures have lost their files`
  return (
    <div role="alert" className="mx-3 my-1 rounded-control border border-line p-2 text-label">
      <p className="text-ink">{what}.</p>
      <p className="mb-2 text-muted">
        If you moved the files, put them back and start again. Otherwise the studio can draw the same pictures once more from
        their recipes.
      </p>
      <div className="flex gap-1">
        <Button onClick={() => void settleLost('draw')}>{lost === 1 ? 'Draw it again' : 'Draw them again'}</Button>
        <Button look="quiet" onClick={() => void settleLost('forget')}>
          {lost === 1 ? 'Forget it' : 'Forget them'}
        </Button>
      </div>
    </div>
  )
}
