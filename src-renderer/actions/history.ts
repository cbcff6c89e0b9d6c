import type { HistoryPage } from '#shared/schema/history'
import { studio } from '../ipc/client'
import { useHistory } from '../state/history'
import { withPage } from '../state/history-rows'
import { rememberListed } from '../state/pictures'
import { closeProblem, showProblem } from '../state/problems'

const PICTURES_A_PAGE = 200

/** Typing in the search box asks after this pause. */
const SEARCH_PAUSE_MS = 120

let asked = 0
let timer: ReturnType<typeof setTimeout> | undefined

async function ask(cursor: string | null): Promise<HistoryPage | undefined> {
  const turn = ++asked
  const { search } = useHistory.getState()
  useHistory.setState({ loading: true })
  const answer = await studio.call('history/list', { cursor, pictures: PICTURES_A_PAGE, search })
  // A newer question was asked meanwhile: its answer counts.
  if (turn !== asked) return undefined
  useHistory.setState({ loading: false })
  if (answer.ok) {
    closeProblem('history')
    rememberListed(answer.value.rows.flatMap((row) => row.pictures))
    return answer.value
  }
  showProblem('history', answer.failure)
  return undefined
}

/** Reads the first page again. */
export async function reloadHistory(): Promise<void> {
  const page = await ask(null)
  if (page !== undefined) useHistory.setState({ rows: withPage([], page.rows), next: page.next, total: page.total, ready: true })
}

/** Reads the next page, if there is one and none is on its way. */
export async function moreHistory(): Promise<void> {
  const { next, loading } = useHistory.getState()
  if (next === null || loading) return
  const page = await ask(next)
  if (page === undefined) return
  useHistory.setState(({ rows }) => ({ rows: withPage(rows, page.rows), next: page.next, total: page.total }))
}

export function searchHistory(search: string): void {
  useHistory.setState({ search })
  clearTimeout(timer)
  timer = setTimeout(() => void reloadHistory(), SEARCH_PAUSE_MS)
}
