import { MOST_COUNTED } from '#shared/schema/history'
import { useHistory } from '../../../state/history'

/** How many pictures match what is searched for. */
export function Matches() {
  const { search, total, ready } = useHistory()
  if (search.trim() === '' || !ready || total === 0) return null
  const words =
    total >= MOST_COUNTED
      ? `${MOST_COUNTED.toLocaleString('en')} pictures or more`
      : total === 1
        ? '1 picture'
        : `${total} pictures`
  return (
    <p role="status" className="px-3 text-label text-muted">
      {words}
    </p>
  )
}
