import type { Failure } from '#shared/ipc/failure'
import { draw } from '../../actions/draw'
import { reloadHistory } from '../../actions/history'
import type { Place } from '../../state/place-of'
import { closeProblem, useProblems } from '../../state/problems'
import { patchDraft } from '../../state/settings'
import { Notice } from '../../ui/notice'

/** The one button of a failure: what it does depends on what happened. */
function remedyOf(failure: Failure, place: Place): { title: string; run: () => void } | undefined {
  if (place === 'history') return { title: 'Read it again', run: () => void reloadHistory() }
  switch (failure.code) {
    case 'bad-input':
      return place === 'size' ? { title: 'Use the usual size', run: useUsualSize } : undefined
    case 'out-of-memory':
      return { title: 'Use the usual size', run: useUsualSize }
    case 'model-missing':
    case 'model-broken':
      return { title: 'Use the studio’s own model', run: useOwnModel }
    case 'disk-full':
    case 'not-writable':
    case 'in-use':
    case 'interrupted':
    case 'engine-crashed':
    case 'model-changed':
    case 'internal':
      return { title: 'Draw again', run: () => void draw() }
    default:
      return undefined
  }

  function useUsualSize(): void {
    patchDraft({ size: null })
    closeProblem(place)
  }

  function useOwnModel(): void {
    patchDraft({ model: '' })
    closeProblem(place)
  }
}

/** The failure at a place, if there is one. */
export function Problem({ place, className }: { readonly place: Place; readonly className?: string }) {
  const failure = useProblems((state) => state.at[place])
  if (failure === undefined) return null
  return (
    <Notice
      message={failure.message}
      remedy={failure.remedy}
      detail={failure.detail}
      action={remedyOf(failure, place)}
      onClose={() => closeProblem(place)}
      {...(className === undefined ? {} : { className })}
    />
  )
}
