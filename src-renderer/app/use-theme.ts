import { useEffect } from 'react'
import { useSettings } from '../state/settings'

/** Puts the chosen colours on the page; `system` leaves the choice to the system. */
export function useTheme(): void {
  const theme = useSettings((state) => state.theme)
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
  }, [theme])
}
