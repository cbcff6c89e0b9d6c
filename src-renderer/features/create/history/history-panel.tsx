import { Search } from 'lucide-react'
import { searchHistory } from '../../../actions/history'
import { useHistory } from '../../../state/history'
import { Problem } from '../problem'
import { ChosenBar } from './chosen-bar'
import { HistoryList } from './history-list'
import { LostNotice } from './lost-notice'
import { Matches } from './matches'
import { PictureDetails } from './picture-details'

/** The past: what was drawn, by day and prompt; and what there is to know of the selected picture. */
export function HistoryPanel() {
  const search = useHistory((state) => state.search)
  return (
    <div className="flex size-full flex-col">
      <div className="field m-3 mb-1 flex h-7 items-center gap-2 px-2">
        <Search className="size-4 shrink-0 text-muted" aria-hidden="true" />
        <input
          id="history-search"
          type="search"
          aria-label="Search the history"
          placeholder="Search, nfe:8, star:, date:today"
          value={search}
          onChange={(event) => searchHistory(event.target.value)}
          className="min-w-0 flex-1 bg-transparent outline-none"
        />
      </div>
      <Matches />
      <Problem place="history" className="mx-3 my-1" />
      <LostNotice />
      <HistoryList />
      <ChosenBar />
      <PictureDetails />
    </div>
  )
}
