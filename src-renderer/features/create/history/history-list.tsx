import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { moreHistory } from '../../../actions/history'
import { useHistory } from '../../../state/history'
import { ScrollArea } from '../../../ui/scroll-area'
import { HistoryRowView } from './history-row'
import { heightOf, historyItems } from './items'

/** Rows that are loaded before the last one comes into sight. */
const AHEAD = 8

/** The list of prompts by day; only what is in sight is built. */
export function HistoryList() {
  const { rows, ready, search, next } = useHistory()
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const scroller = useRef<HTMLDivElement>(null)
  const items = useMemo(() => historyItems(rows, opened, Date.now()), [rows, opened])
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(items[index]!),
    getItemKey: (index) => items[index]!.key,
    overscan: 4,
  })
  const visible = virtual.getVirtualItems()
  const last = visible.at(-1)?.index ?? 0
  useEffect(() => {
    if (next !== null && last >= items.length - AHEAD) void moreHistory()
  }, [last, items.length, next])

  if (rows.length === 0)
    return <Nothing text={!ready ? '' : search === '' ? 'Your pictures will be listed here.' : 'Nothing matches.'} />
  return (
    <ScrollArea className="min-h-0 flex-1" viewport={scroller}>
      <div role="list" aria-label="History" className="relative" style={{ height: virtual.getTotalSize() }}>
        {visible.map(({ index, key, start }) => {
          const item = items[index]!
          return (
            <div
              key={key}
              role="listitem"
              ref={virtual.measureElement}
              data-index={index}
              className="absolute inset-x-0 top-0 px-3"
              style={{ transform: `translateY(${start}px)` }}
            >
              {item.heading !== undefined && <h2 className="pt-3 pb-1 text-label font-semibold text-ink">{item.heading}</h2>}
              <HistoryRowView
                row={item.row}
                shown={item.shown}
                hidden={item.hidden}
                onOpen={() => setOpened((before) => new Set([...before, item.key]))}
              />
            </div>
          )
        })}
      </div>
    </ScrollArea>
  )
}

function Nothing({ text }: { readonly text: string }) {
  return <p className="flex-1 p-3 text-label text-faint">{text}</p>
}
