import { useEffect, useState } from 'react'
import { useSettings } from '../state/settings'

/** Below this width, in CSS pixels, three columns leave no room for the picture. */
const THREE_COLUMNS = '(width < 60rem)'

/** Whether the window is narrow. When it becomes so, the history is closed: it can be opened over the pictures. */
export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(THREE_COLUMNS).matches)
  useEffect(() => {
    const query = matchMedia(THREE_COLUMNS)
    const onChange = () => setNarrow(query.matches)
    query.addEventListener('change', onChange)
    return () => query.removeEventListener('change', onChange)
  }, [])
  useEffect(() => {
    if (narrow) useSettings.setState({ rightPanel: false })
  }, [narrow])
  return narrow
}
